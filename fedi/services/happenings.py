"""What just happened, for streams: written with what happened, read by every process that has listeners.

A table that is polled, and not a broker's channel: it commits and rolls back with what it tells of, works on one small
machine without any server beside the database, and for several web processes alike (docs/decisions/0013).
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.models.happening import Happening, HappeningKind
from fedi.models.post import Post

KEPT = timedelta(minutes=5)


def put(session: Session, kind: HappeningKind, subject_id: int, actor_id: int) -> None:
    db.insert(session, Happening, {"kind": kind, "subject_id": subject_id, "actor_id": actor_id})


def of_post(session: Session, kind: HappeningKind, post: Post) -> None:
    put(session, kind, post.id, post.actor_id)


def after(session: Session, id_: int) -> Sequence[Happening]:
    """Everything with a later id, in its order."""
    return session.scalars(select(Happening).where(Happening.id > id_).order_by(Happening.id)).all()


def has_old(session: Session) -> bool:
    return session.scalar(select(Happening.id).where(Happening.id < _edge() - _slack()).limit(1)) is not None


def forget_old(session: Session) -> None:
    """Whoever listens has heard it long ago."""
    session.execute(delete(Happening).where(Happening.id < _edge()))


def _edge() -> int:
    return clock.new_id(clock.now() - KEPT)


def _slack() -> int:
    """So that the table is not emptied a row at a time."""
    return int(KEPT.total_seconds()) * 1000 << 16
