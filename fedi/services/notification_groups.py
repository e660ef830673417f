"""Notifications that stand together: likes and boosts of one post, and follows, each of one day."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.notification import Notification, NotificationKind
from fedi.services import relations

DAY = 86_400
MOST = 1000  # of one group
OF_POSTS = {NotificationKind.FAVOURITE, NotificationKind.REBLOG}
KINDS = {*OF_POSTS, NotificationKind.FOLLOW}
_KEY = re.compile(r"(?:(?P<of_post>favourite|reblog)-(?P<post>\d{1,19})|(?P<follow>follow))-(?P<day>\d{1,6})")
_ALONE = re.compile(r"ungrouped-(?P<id>\d{1,19})")


def key(row: Notification) -> str:
    day = int(row.created_at.timestamp()) // DAY
    if row.kind in OF_POSTS:
        return f"{row.kind.value}-{row.post_id}-{day}"
    return f"follow-{day}" if row.kind == NotificationKind.FOLLOW else alone(row)


def alone(row: Notification) -> str:
    return f"ungrouped-{row.id}"


def find(session: Session, account: Account, wanted: str) -> list[Notification]:
    """The notifications of a group, newest first. Raises NotFound where the account has none of this key."""
    query = select(Notification).where(Notification.account_id == account.id, *_conditions(wanted))
    heard = relations.hears(account.actor, Notification.actor_id, notified=True)
    query = query.where(heard, relations.at_hand(Notification.actor_id))
    found = list(session.scalars(query.order_by(Notification.id.desc()).limit(MOST)).unique())
    if not found:
        raise NotFound("Record not found")
    return found


def _conditions(wanted: str) -> tuple[ColumnElement[bool], ...]:
    if one := _ALONE.fullmatch(wanted):
        return (Notification.id == _number(one["id"]),)
    named = _KEY.fullmatch(wanted)
    if named is None:
        raise NotFound("Record not found")
    start = datetime.fromtimestamp(int(named["day"]) * DAY, UTC)
    within = (Notification.created_at >= start, Notification.created_at < start + timedelta(seconds=DAY))
    if named["follow"]:
        return (Notification.kind == NotificationKind.FOLLOW, *within)
    return (
        Notification.kind == NotificationKind(named["of_post"]),
        Notification.post_id == _number(named["post"]),
        *within,
    )


def _number(digits: str) -> int:
    """What the database can hold; -1 is nobody's."""
    return value if (value := int(digits)) < 1 << 63 else -1
