"""Errands as rows: wanted, claimed by lease, done; none twice within the time that its kind rests."""

from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from fedi import clock, db, work
from fedi.models.errand import ERRANDS, Errand, ErrandKind, ErrandState
from fedi.models.post import Post

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
MAX_HINTED = 500  # of a kind that wait; what comes beyond is let go
REST = {
    ErrandKind.THREAD: timedelta(minutes=15),
    ErrandKind.WORKS: timedelta(days=1),
    ErrandKind.QUOTE: timedelta(0),
    ErrandKind.POST: timedelta(days=1),
    ErrandKind.ACTOR: timedelta(hours=1),
    ErrandKind.POLL: timedelta(minutes=3),
    ErrandKind.AGAIN: timedelta(minutes=1),
    ErrandKind.COLLECTION: timedelta(hours=1),
    ErrandKind.FOLLOWERS: timedelta(minutes=10),
}
KEPT = timedelta(days=2)


def is_wanted(session: Session, kind: ErrandKind, uri: str) -> bool:
    """Whether asking again now would begin anything."""
    row = _find(session, kind, uri)
    if row is None:
        return True
    return row.state == ErrandState.DONE and (row.done_at is None or row.done_at < clock.now() - REST[kind])


def thread_wanted(session: Session, post: Post) -> str:
    """The id of a remote post whose thread is worth asking for now, '' for all others."""
    return post.uri if not post.local and is_wanted(session, ErrandKind.THREAD, post.uri) else ""


def count_due(session: Session, kind: ErrandKind, *, most: int) -> int:
    """How many of a kind wait, counted no further than `most`."""
    few = select(Errand.id).where(Errand.kind == kind, Errand.state == ErrandState.DUE).limit(most)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def put(session: Session, kind: ErrandKind, uri: str, *, detail: str = "") -> bool:
    """Want something; whether it is begun. What rests, or waits already, is left as it is."""
    if not is_wanted(session, kind, uri):
        return False
    row = _find(session, kind, uri)
    if row is None:
        db.insert_new(session, Errand, ["kind", "uri"], kind=kind, uri=uri, detail=detail)
    else:
        ERRANDS.move(row, ErrandState.DUE, due_at=clock.now(), attempts=0, detail=detail, reason=None)
    session.flush()
    work.wake(session, "federation.fetch")
    return True


def hinted(session: Session, kind: ErrandKind, uri: str) -> None:
    """Want what strangers name, unless too much of it waits already."""
    if count_due(session, kind, most=MAX_HINTED) < MAX_HINTED:
        put(session, kind, uri)


def claim(session: Session) -> Errand | None:
    """The next errand, leased to the caller. One that ended its worker again and again is given up."""
    now = clock.now()
    ERRANDS.move_all(
        session,
        Errand,
        [ErrandState.DUE],
        ErrandState.DONE,
        Errand.attempts >= MAX_ATTEMPTS,
        Errand.lease_until < now,
        done_at=now,
        lease_until=None,
        reason="it never came to an end",
    )
    row = session.scalar(
        select(Errand)
        .where(
            Errand.state == ErrandState.DUE,
            Errand.due_at <= now,
            or_(Errand.lease_until.is_(None), Errand.lease_until < now),
        )
        .order_by(Errand.due_at)
        .limit(1)
        .with_for_update(skip_locked=True),
    )
    if row is None:
        return None
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    session.flush()
    return row


def finish(session: Session, errand_id: int, *, reason: str | None = None, again: bool = False) -> None:
    """The errand was run. With `again` it is tried later, at most `MAX_ATTEMPTS` times in all."""
    row = session.get(Errand, errand_id)
    if row is None or row.state != ErrandState.DUE:
        return
    row.lease_until = None
    if again and row.attempts < MAX_ATTEMPTS:
        row.reason, row.due_at = reason, clock.now() + timedelta(seconds=30 + row.attempts**4 * 15)
        return
    ERRANDS.move(row, ErrandState.DONE, done_at=clock.now(), reason=reason)


def forget_old(session: Session) -> None:
    """Rows that keep nothing from being done again."""
    session.execute(delete(Errand).where(Errand.state == ErrandState.DONE, Errand.done_at < clock.now() - KEPT))


def _find(session: Session, kind: ErrandKind, uri: str) -> Errand | None:
    return session.scalar(select(Errand).where(Errand.kind == kind, Errand.uri == uri))
