"""The Notification entity."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account
from fedi.models.feature import Feature
from fedi.models.measure import Measure
from fedi.models.notification import Notification, NotificationKind
from fedi.models.report import Report
from fedi.services import notification_groups
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import collection, report, status, warning


def many(session: Session, reader: Account, rows: Sequence[Notification]) -> list[dict[str, Any]]:
    """Entities in their order, in a fixed number of queries (but for moderators' reports)."""
    accounts = account_entity.many(session, [row.actor for row in rows])
    posts = {row.post.id: row.post for row in rows if row.post is not None}
    bodies = dict(zip(posts, status.of_posts(session, reader, posts.values()), strict=True))
    found = []
    for row, actor in zip(rows, accounts, strict=True):
        body: dict[str, Any] = {
            "id": str(row.id),
            "type": row.kind.value,
            "created_at": clock.iso_millis(row.created_at),
            "group_key": notification_groups.key(row),
            "account": actor,
        }
        if row.filtered:
            body["filtered"] = True
        if row.post_id in bodies:
            body["status"] = bodies[row.post_id]
        if row.kind == NotificationKind.ADMIN_REPORT and row.report_id is not None:
            body["report"] = _report(session, row.report_id)
        if row.measure_id is not None and (measure := session.get(Measure, row.measure_id)) is not None:
            body["moderation_warning"] = warning.render(measure, actor)
        if row.feature_id is not None and (feature := session.get(Feature, row.feature_id)) is not None:
            body["collection"] = collection.asking(session, reader, feature)
        found.append(body)
    return found


def _report(session: Session, report_id: int) -> dict[str, Any] | None:
    row = session.get(Report, report_id)
    return report.render(session, row) if row is not None else None
