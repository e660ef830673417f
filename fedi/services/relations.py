"""Who must not see or hear whom: blocks, mutes and what follows from them for queries."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from fedi import clock
from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.relation import Block, Mute, ServerMute
from fedi.services.paging import Page, rows

MAX_MUTE = timedelta(days=3650)


def blocked_between(session: Session, a_id: int, b_id: int) -> bool:
    """Whether either of two actors blocks the other."""
    return session.scalar(select(Block.id).where(_pair(a_id, b_id)).limit(1)) is not None


def blocks(session: Session, actor_id: int, target_id: int) -> bool:
    return _block(session, actor_id, target_id) is not None


def mutes(session: Session, actor_id: int, target_id: int, *, notifications: bool = False) -> bool:
    """Whether `actor` mutes `target` now (and, when asked, its notifications too)."""
    row = _mute(session, actor_id, target_id)
    if row is None or (row.expires_at is not None and row.expires_at <= clock.now()):
        return False
    return row.notifications if notifications else True


def mute(
    session: Session,
    actor: Actor,
    target: Actor,
    *,
    notifications: bool = True,
    seconds: int = 0,
) -> Mute:
    """Hide `target` from `actor`, for `seconds` or (0) until it is undone. Raises BadRequest."""
    if actor.id == target.id:
        raise BadRequest("you cannot mute yourself")
    seconds = max(0, min(seconds, int(MAX_MUTE.total_seconds())))
    row = _mute(session, actor.id, target.id)
    if row is None:
        row = Mute(actor_id=actor.id, target_id=target.id)
        session.add(row)
    row.notifications = notifications
    row.expires_at = clock.now() + timedelta(seconds=seconds) if seconds else None
    session.flush()
    return row


def unmute(session: Session, actor: Actor, target: Actor) -> None:
    if (row := _mute(session, actor.id, target.id)) is not None:
        session.delete(row)
        session.flush()


def blocked_by(session: Session, actor: Actor, page: Page) -> list[Block]:
    """Whom `actor` blocks, newest first, with their targets loaded."""
    query = select(Block).where(Block.actor_id == actor.id).options(joinedload(Block.target))
    return rows(session, query, Block.id, page)


def muted_by(session: Session, actor: Actor, page: Page) -> list[Mute]:
    """Whom `actor` mutes now, newest first, with their targets loaded."""
    query = select(Mute).where(Mute.actor_id == actor.id, _lasting(Mute)).options(joinedload(Mute.target))
    return rows(session, query, Mute.id, page)


def hears(viewer: Actor, author_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a query's author is neither blocked (either way) nor muted for `viewer`."""
    block, muted = aliased(Block), aliased(Mute)
    blocked = exists().where(
        or_(
            and_(block.actor_id == viewer.id, block.target_id == author_id),
            and_(block.target_id == viewer.id, block.actor_id == author_id),
        ),
    )
    silenced = exists().where(muted.actor_id == viewer.id, muted.target_id == author_id, _lasting(muted))
    server, author = aliased(ServerMute), aliased(Actor)
    elsewhere = exists().where(
        server.actor_id == viewer.id,
        author.id == author_id,
        author.domain_key == server.domain,
    )
    return and_(~blocked, ~silenced, ~elsewhere)


def not_blocked(viewer: Actor, author_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that neither blocks the other."""
    block = aliased(Block)
    return ~exists().where(
        or_(
            and_(block.actor_id == viewer.id, block.target_id == author_id),
            and_(block.target_id == viewer.id, block.actor_id == author_id),
        ),
    )


def _lasting(model: type[Mute]) -> ColumnElement[bool]:
    return or_(model.expires_at.is_(None), model.expires_at > clock.now())


def _pair(a_id: int, b_id: int) -> ColumnElement[bool]:
    return or_(
        and_(Block.actor_id == a_id, Block.target_id == b_id),
        and_(Block.actor_id == b_id, Block.target_id == a_id),
    )


def _block(session: Session, actor_id: int, target_id: int) -> Block | None:
    return session.scalar(select(Block).where(Block.actor_id == actor_id, Block.target_id == target_id))


def _mute(session: Session, actor_id: int, target_id: int) -> Mute | None:
    return session.scalar(select(Mute).where(Mute.actor_id == actor_id, Mute.target_id == target_id))
