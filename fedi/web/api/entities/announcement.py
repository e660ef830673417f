"""The Announcement entity."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock, text, urls
from fedi.models.account import Account
from fedi.models.announcement import Announcement
from fedi.services import announcements
from fedi.services.announcements import Reaction


def many(session: Session, reader: Account, rows: Sequence[Announcement]) -> list[dict[str, Any]]:
    read = announcements.read_among(session, reader, rows)
    return [_render(row, row.id in read, announcements.reactions(session, row, reader)) for row in rows]


def reaction(each: Reaction) -> dict[str, Any]:
    return {"name": each.name, "count": each.count, "me": each.mine, "url": None, "static_url": None}


def _render(row: Announcement, read: bool, reactions: Sequence[Reaction]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "content": announcements.content(row),
        "starts_at": clock.iso_millis(row.starts_at) if row.starts_at else None,
        "ends_at": clock.iso_millis(row.ends_at) if row.ends_at else None,
        "all_day": False,
        "published_at": clock.iso_millis(row.created_at),
        "updated_at": clock.iso_millis(row.updated_at),
        "read": read,
        "mentions": [],
        "statuses": [],
        "tags": [{"name": name.lower(), "url": urls.tag(name)} for name in text.find_hashtags(row.text)],
        "emojis": [],
        "reactions": [reaction(each) for each in reactions],
    }
