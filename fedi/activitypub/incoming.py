"""One activity that came in, with what was fetched for it; and how its handler says what it still needs.

A handler runs inside a write transaction and never fetches. When it lacks a document it raises `Needs`; the transaction
is rolled back, the document is fetched from its own origin, and the handler runs again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fedi.activitypub.protocol import documents
from fedi.errors import FediError
from fedi.models.actor import Actor


class Ignored(FediError):
    """Understood, and nothing to do for us: the message is done."""

    status = 202


class Needs(FediError):
    """Something has to be fetched first."""

    status = 202

    def __init__(self, uri: str, *, kind: str = "object") -> None:
        super().__init__(f"{kind} {uri} is not known yet")
        self.uri = uri
        self.kind = kind


@dataclass
class Incoming:
    """`activity` is JSON whose `actor` is `actor.uri`; `recipient_id` the local actor of a personal inbox."""

    activity: Mapping[str, Any]
    actor: Actor
    recipient_id: int | None = None
    fetched: dict[str, dict[str, Any] | None] = field(default_factory=dict)  # None: its origin says there is none
    missing_actors: set[str] = field(default_factory=set)

    @property
    def uri(self) -> str | None:
        """The activity's id, when it has one on its actor's host (checked on arrival)."""
        value = self.activity.get("id")
        return value if isinstance(value, str) and value else None

    @property
    def object(self) -> Any:
        """`object` as it came: an id, a document, or a list."""
        return self.activity.get("object")

    @property
    def object_id(self) -> str | None:
        return documents.one_id(self.object)

    @property
    def embedded(self) -> Mapping[str, Any] | None:
        """`object` when it is a document."""
        value = self.object
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return value if isinstance(value, Mapping) else None

    def document(self, uri: str) -> dict[str, Any] | None:
        """The object at `uri` as its own origin tells it, or None when that has none. Raises Needs the first time."""
        if uri not in self.fetched:
            raise Needs(uri)
        return self.fetched[uri]
