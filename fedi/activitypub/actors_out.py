"""A local actor's document, gathered from the database."""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub.objects import actor as actor_object
from fedi.models.actor import Actor
from fedi.services import actor_keys, consents, galleries


def document(session: Session, actor: Actor) -> dict[str, Any]:
    terms = consents.of_actor(actor)
    if actor.suspended_at is not None:
        return actor_object.suspended(actor, actor_keys.public_keys(session, actor), terms)
    streams = [galleries.uri(each) for each in galleries.of_actor(session, actor)]
    return actor_object.to_document(actor, actor_keys.public_keys(session, actor), terms, streams=streams)


def stub(session: Session, actor: Actor) -> dict[str, Any]:
    """Its keys alone, for who asks unsigned where only signed requests are answered."""
    return actor_object.key_stub(actor, actor_keys.public_keys(session, actor), consents.of_actor(actor))
