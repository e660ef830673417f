"""Who must not see or hear whom: blocks, mutes and what follows from them for queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, String, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from fedi import clock, db
from fedi.errors import BadRequest
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime
from fedi.models.relation import Block, Mute, ServerMute, ThreadMute
from fedi.services.paging import Page, rows

MAX_MUTE = timedelta(days=3650)


class Reader:
    """The one who reads, in a query that is written once and asked for many: its id is given when it is asked."""

    id = bindparam("reader", type_=BigInteger)


def blocked_between(session: Session, a_id: int, b_id: int) -> bool:
    """Whether either of two actors blocks the other."""
    return db.ask(session, _BETWEEN, a=a_id, b=b_id).scalar() is not None


def silent(session: Session, account: Account, actor: Actor, conversation: str | None) -> bool:
    """Whether an account hears nothing of an actor, or nothing of a conversation: blocked, muted, or both."""
    known = {"a": account.actor_id, "b": actor.id, "account": account.id, "conversation": conversation or ""}
    return bool(db.ask(session, _SILENT, **known, now=clock.now()).scalar())


def blocks(session: Session, actor_id: int, target_id: int) -> bool:
    return _block(session, actor_id, target_id) is not None


def mutes(session: Session, actor_id: int, target_id: int) -> bool:
    """Whether `actor` mutes `target` now."""
    row = _mute(session, actor_id, target_id)
    return row is not None and (row.expires_at is None or row.expires_at > clock.now())


def mute(
    session: Session,
    actor: Actor,
    target: Actor,
    *,
    notifications: bool = True,
    seconds: int = 0,
    until: datetime | None = None,
) -> Mute:
    """Hide `target` from `actor`, for `seconds` or `until` a time, or else until it is undone. Raises BadRequest."""
    if actor.id == target.id:
        raise BadRequest("you cannot mute yourself")
    seconds = max(0, min(seconds, int(MAX_MUTE.total_seconds())))
    row = _mute(session, actor.id, target.id)
    if row is None:
        row = Mute(actor_id=actor.id, target_id=target.id)
        session.add(row)
    row.notifications = notifications
    row.expires_at = clock.now() + timedelta(seconds=seconds) if seconds else until
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


def muting(session: Session, target: Actor) -> Sequence[Mute]:
    """The mutes that somebody is under now."""
    return session.scalars(select(Mute).where(Mute.target_id == target.id, _lasting(Mute))).all()


def hears(
    viewer: Actor | type[Actor] | Reader, author_id: InstrumentedAttribute[int], *, notified: bool = False
) -> ColumnElement[bool]:
    """The condition that a query's author is neither blocked (either way) nor muted for `viewer`.

    `notified`: whoever is muted in timelines alone is heard.
    """
    block, muted = aliased(Block), aliased(Mute)
    blocked = exists().where(
        or_(
            and_(block.actor_id == viewer.id, block.target_id == author_id),
            and_(block.target_id == viewer.id, block.actor_id == author_id),
        ),
    )
    silenced = exists().where(muted.actor_id == viewer.id, muted.target_id == author_id, _lasting(muted))
    if notified:
        silenced = silenced.where(muted.notifications.is_(True))
    server, author = aliased(ServerMute), aliased(Actor)
    elsewhere = exists().where(
        server.actor_id == viewer.id,
        author.id == author_id,
        author.domain_key == server.domain,
    )
    return and_(~blocked, ~silenced, ~elsewhere)


def at_hand(author_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a query's author is neither suspended nor deleted."""
    author = aliased(Actor)
    return exists().where(author.id == author_id, author.suspended_at.is_(None), author.deleted_at.is_(None))


def not_blocked(viewer: Actor | Reader, author_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that neither blocks the other."""
    block = aliased(Block)
    return ~exists().where(
        or_(
            and_(block.actor_id == viewer.id, block.target_id == author_id),
            and_(block.target_id == viewer.id, block.actor_id == author_id),
        ),
    )


def _lasting(model: type[Mute]) -> ColumnElement[bool]:
    """It has not run out when the query is asked, which may be long after it was written."""
    return or_(model.expires_at.is_(None), model.expires_at > bindparam(None, callable_=clock.now, type_=UtcDateTime))


_A, _B = bindparam("a", type_=BigInteger), bindparam("b", type_=BigInteger)
_PAIR = or_(and_(Block.actor_id == _A, Block.target_id == _B), and_(Block.actor_id == _B, Block.target_id == _A))
# Made once: they are asked for every activity that arrives, and making one costs as much as asking it.
_BETWEEN = select(Block.id).where(_PAIR).limit(1)
_SILENT = select(
    or_(
        exists().where(_PAIR),
        exists().where(
            Mute.actor_id == _A,
            Mute.target_id == _B,
            Mute.notifications.is_(True),
            or_(Mute.expires_at.is_(None), Mute.expires_at > bindparam("now", type_=UtcDateTime)),
        ),
        exists().where(
            ThreadMute.account_id == bindparam("account", type_=BigInteger),
            ThreadMute.conversation == bindparam("conversation", type_=String),
        ),
    )
)


def _block(session: Session, actor_id: int, target_id: int) -> Block | None:
    return session.scalar(select(Block).where(Block.actor_id == actor_id, Block.target_id == target_id))


def _mute(session: Session, actor_id: int, target_id: int) -> Mute | None:
    return session.scalar(select(Mute).where(Mute.actor_id == actor_id, Mute.target_id == target_id))
