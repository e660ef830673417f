"""What those answer whom a collection of ours asks: a yes with its stamp, a no, and a yes that is taken back.

FEP-7aa9: https://w3id.org/fep/7aa9. `services.collections` asks.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import urls
from fedi.models.actor import Actor
from fedi.models.collection import CollectionItem
from fedi.models.quote import QUOTES, QuoteState
from fedi.services import outgoing


def answered(session: Session, item: CollectionItem, *, stamp: str | None) -> None:
    """Yes, with a stamp, or no; a later no takes the yes back. Followers hear of whom the collection holds."""
    if stamp is None and item.state == QuoteState.ACCEPTED:
        QUOTES.move(item, QuoteState.REVOKED, authorization_uri=None)
        say_removed(session, item)
    elif stamp is not None and item.state == QuoteState.PENDING:
        QUOTES.move(item, QuoteState.ACCEPTED, authorization_uri=stamp)
        say_added(session, item)
    elif item.state == QuoteState.PENDING:
        QUOTES.move(item, QuoteState.REJECTED)


def revoked(session: Session, actor: Actor, stamp: str) -> bool:
    """The actor deleted a stamp; whether it was one that a collection here relies on."""
    known = select(CollectionItem).where(CollectionItem.authorization_uri == stamp, CollectionItem.actor_id == actor.id)
    found = session.scalars(known).all()
    for item in found:
        answered(session, item, stamp=None)
    return bool(found)


def requested(session: Session, request_uri: str | None) -> CollectionItem | None:
    """The item of a collection of ours that a FeatureRequest of this id asked for."""
    prefix = (request_uri or "").rpartition("/feature_requests/")[0]
    number = urls.number_after(request_uri, f"{prefix}/feature_requests/")
    item = session.get(CollectionItem, number) if number is not None else None
    return item if item is not None and item.request_uri == request_uri else None


def say_added(session: Session, item: CollectionItem) -> None:
    outgoing.put(
        session,
        "add",
        actor=item.collection.actor,
        subject={"item": item.id},
        object_uri=item.collection.uri,
        followers=True,
        actors=[item.actor],
    )


def say_removed(session: Session, item: CollectionItem) -> None:
    outgoing.put(
        session,
        "remove",
        actor=item.collection.actor,
        subject={"object": item.uri, "target": item.collection.uri},
        object_uri=item.collection.uri,
        followers=True,
        actors=[item.actor],
        earlier_recipients=True,
    )
