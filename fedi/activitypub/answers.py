"""Accept, Reject and Undo: finding the verb that owns what they are about, by its type or by trying a bare id."""

from sqlalchemy.orm import Session

from fedi.activitypub import registry
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.errors import BadDocument


def dispatch(session: Session, incoming: Incoming, kind: str) -> None:
    """Hand the activity to the owner of its object. Raises Ignored when no verb knows it."""
    embedded = incoming.embedded
    of = documents.kind(embedded) if embedded is not None else ""
    if embedded is None and incoming.object_id is None:
        raise BadDocument(f"the {kind} is about nothing")
    if of:
        handler = registry.answer(kind, of)
        if handler is None:
            raise Ignored(f"{kind} of {of} is nothing we know")
        handler(session, incoming)
        return
    for handler in registry.answers(kind).values():
        try:
            handler(session, incoming)
        except Ignored:
            continue
        return
    raise Ignored(f"nobody here knows {incoming.object_id}")
