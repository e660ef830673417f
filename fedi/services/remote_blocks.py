"""Blocks that come from other servers: both sides unfollow, and neither sees the other until it is undone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.relation import Block
from fedi.services import follows


def received(session: Session, blocker: Actor, target: Actor, *, uri: str | None) -> Block:
    """A remote actor blocks one of ours; told again it only takes the new id."""
    row = _find(session, blocker, target)
    if row is None:
        row = Block(actor_id=blocker.id, target_id=target.id)
        session.add(row)
    row.uri = uri
    session.flush()
    follows.part(session, blocker, target)
    return row


def undone(session: Session, blocker: Actor, target: Actor | None, *, uri: str | None) -> bool:
    """It takes the block back, by the pair or (without `target`) by its id; whether there was one."""
    row = _find(session, blocker, target) if target is not None else None
    if row is None and uri:
        row = session.scalar(select(Block).where(Block.uri == uri, Block.actor_id == blocker.id))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _find(session: Session, blocker: Actor, target: Actor) -> Block | None:
    return session.scalar(select(Block).where(Block.actor_id == blocker.id, Block.target_id == target.id))
