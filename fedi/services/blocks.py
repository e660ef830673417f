"""Blocking: a wall between two people that ends what stands between them. (`relations` answers who blocks whom.)"""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.notification import Notification
from fedi.models.relation import Block
from fedi.services import accounts, circles, collections, follows


def block(session: Session, actor: Actor, target: Actor) -> Block:
    """Neither sees nor reaches the other; follows and places in collections end both ways. Raises BadRequest."""
    if actor.id == target.id:
        raise BadRequest("you cannot block yourself")
    row = _find(session, actor, target)
    if row is not None:
        return row
    follows.part(session, actor, target)
    collections.part(session, actor, target)
    row = Block(actor_id=actor.id, target_id=target.id)
    session.add(row)
    for of, about in ((actor, target), (target, actor)):
        account = accounts.of_actor(session, of) if of.local else None
        if account is not None:
            circles.forget(session, account, about)
            told = (Notification.account_id == account.id, Notification.actor_id == about.id)
            session.execute(delete(Notification).where(*told))
    session.flush()
    return row


def unblock(session: Session, actor: Actor, target: Actor) -> None:
    """The wall is gone; follows do not come back by themselves."""
    if (row := _find(session, actor, target)) is not None:
        session.delete(row)
        session.flush()


def blocking(session: Session, target: Actor) -> Sequence[Block]:
    """The blocks of people here against somebody."""
    query = select(Block).join(Actor, Actor.id == Block.actor_id)
    return session.scalars(query.where(Block.target_id == target.id, Actor.domain_key == "")).all()


def _find(session: Session, actor: Actor, target: Actor) -> Block | None:
    return session.scalar(select(Block).where(Block.actor_id == actor.id, Block.target_id == target.id))
