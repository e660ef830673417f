"""People whom somebody recommends on their profile."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from fedi import db
from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.relation import Endorsement
from fedi.services import follows
from fedi.services.paging import Page, rows


def endorse(session: Session, actor: Actor, target: Actor) -> None:
    """Recommend somebody whom one follows. Raises BadRequest."""
    if not follows.follows(session, actor, target):
        raise BadRequest("Validation failed: You must be already following the person you want to endorse")
    db.insert_new(session, Endorsement, ["actor_id", "target_id"], actor_id=actor.id, target_id=target.id)


def withdraw(session: Session, actor: Actor, target: Actor) -> None:
    session.execute(delete(Endorsement).where(Endorsement.actor_id == actor.id, Endorsement.target_id == target.id))


def among(session: Session, actor: Actor, ids: Iterable[int]) -> set[int]:
    """Which of these actors one recommends."""
    query = select(Endorsement.target_id).where(Endorsement.actor_id == actor.id, Endorsement.target_id.in_(list(ids)))
    return set(session.scalars(query))


def listed(session: Session, actor: Actor, page: Page) -> list[Endorsement]:
    """Whom an actor recommends, the newest first, with `target` loaded."""
    query = select(Endorsement).join(Actor, Actor.id == Endorsement.target_id).options(joinedload(Endorsement.target))
    query = query.where(Endorsement.actor_id == actor.id, Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
    return rows(session, query, Endorsement.id, page)
