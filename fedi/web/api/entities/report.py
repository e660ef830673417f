"""The Report entity."""

from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.report import Report
from fedi.web.api.entities import account


def render(session: Session, row: Report) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "action_taken": row.resolved_at is not None,
        "action_taken_at": clock.iso_millis(row.resolved_at) if row.resolved_at else None,
        "category": row.category,
        "comment": row.comment,
        "forwarded": row.forwarded,
        "created_at": clock.iso_millis(row.created_at),
        "status_ids": [str(post_id) for post_id in row.post_ids],
        "rule_ids": [str(rule_id) for rule_id in row.rule_ids],
        "collection_ids": [],
        "target_account": account.one(session, row.target),
    }
