"""What is left of a deleted object: its id, so that nobody asks twice."""

from typing import Any

from fedi import clock
from fedi.activitypub import context
from fedi.models.inbox_message import Tombstone


def bare(uri: str) -> dict[str, Any]:
    """To stand inside a Delete."""
    return {"id": uri, "type": "Tombstone"}


def to_document(row: Tombstone) -> dict[str, Any]:
    """The answer (410) at a deleted object's address (ActivityPub section 6.4)."""
    return context.with_context(context.AS, {**bare(row.uri), "deleted": clock.iso(row.created_at)})
