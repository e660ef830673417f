"""The Collection and CollectionItem entities (https://docs.joinmastodon.org/entities/Collection).

Of a collection on another server we know what it calls itself, and that it holds, or wants, the one who reads: its id
and that of its one item are the number of what was asked. A description of ours is plain text, as in Mastodon.
"""

import html
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.models.account import Account
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.quote import QuoteState
from fedi.services import collections


def many(session: Session, reader: Account | None, rows: Sequence[Collection]) -> list[dict[str, Any]]:
    held = collections.items_of(session, rows, reader.actor if reader else None)
    return [render(row, held[row.id]) for row in rows]


def one(session: Session, reader: Account | None, row: Collection) -> dict[str, Any]:
    return many(session, reader, [row])[0]


def render(row: Collection, items: Sequence[CollectionItem]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "account_id": str(row.actor_id),
        "uri": row.uri,
        "url": f"{urls.origin()}{collections.page(row)}",
        "name": row.name,
        "description": row.description,
        "language": row.language,
        "local": True,
        "sensitive": row.sensitive,
        "discoverable": row.discoverable,
        "tag": {"name": row.tag, "url": urls.tag(row.tag)} if row.tag else None,
        "item_count": len(items),
        "items": [item(each) for each in items],
        "created_at": clock.iso_millis(row.created_at),
        "updated_at": clock.iso_millis(row.updated_at),
    }


def item(row: CollectionItem | Feature) -> dict[str, Any]:
    """Whoever said no is not named."""
    body = {"id": str(row.id), "state": row.state.value, "created_at": clock.iso_millis(row.created_at)}
    if row.state in {QuoteState.PENDING, QuoteState.ACCEPTED}:
        body["account_id"] = str(row.actor_id)
    return body


def asking(session: Session, reader: Account, row: Feature) -> dict[str, Any]:
    """The collection for which something was asked of the reader, here or elsewhere."""
    ours = collections.asking(session, row)
    return one(session, reader, ours) if ours is not None else elsewhere(row)


def elsewhere(row: Feature) -> dict[str, Any]:
    at = clock.iso_millis(row.created_at)
    return {
        "id": str(row.id),
        "account_id": str(row.curator_id),
        "uri": row.instrument_uri,
        "url": row.url,
        "name": row.title or "",
        "description": html.escape(row.summary or "", quote=False),
        "language": None,
        "local": False,
        "sensitive": False,
        "discoverable": True,
        "tag": None,
        "item_count": 1,
        "items": [item(row)],
        "created_at": at,
        "updated_at": at,
    }
