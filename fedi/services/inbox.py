"""The rows of what came in: kept once, claimed by lease in per-server order, and moved through their states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, or_, select, update
from sqlalchemy.orm import Session

from fedi import clock, db, work
from fedi.errors import Conflict, NotFound
from fedi.models.columns import UtcDateTime
from fedi.models.inbox_message import INBOX, InboxMessage, InboxState

LEASE = timedelta(minutes=2)
BATCH = 100
CRASHES = 4
MAX_ATTEMPTS = 8
OPEN = (InboxState.RECEIVED, InboxState.WAITING)


@dataclass(frozen=True)
class Arrival:
    """An activity whose signature was good; `dedupe` is None where it has no id."""

    actor_uri: str
    host: str
    kind: str
    activity_uri: str | None
    dedupe: str | None
    recipient_id: int | None
    body: bytes


def receive(session: Session, arrivals: Sequence[Arrival]) -> None:
    """Keep activities in the order of their arrival, but those that came before."""
    now = clock.now()
    made = {"state": InboxState.RECEIVED, "attempts": 0, "due_at": now, "received_at": now}
    rows = [{**vars(each), "id": clock.new_id(), **made} for each in arrivals]
    db.insert_all_new(session, InboxMessage, ["dedupe"], rows)


@dataclass(frozen=True)
class Claimed:
    """A message as it stood when it was leased to the caller, until `lease`."""

    id: int
    actor_uri: str
    host: str
    kind: str
    recipient_id: int | None
    body: bytes
    lease: datetime


def claim(session: Session) -> list[Claimed]:
    """The next messages, oldest first, leased to the caller; none of a server whose earlier ones are being worked on.

    A message whose lease ran out crashed its worker: it comes alone, and after `CRASHES` of them it is parked.
    """
    now = clock.now()
    claimed: list[Claimed] = []
    attempts = 0
    for row in db.ask(session, _DUE, now=now).all():
        crashed = row.lease_until is not None
        if crashed and row.attempts + 1 >= CRASHES and row.state == InboxState.RECEIVED:
            reason = "its processing never came to an end"
            finish(session.get_one(InboxMessage, row.id), InboxState.PARKED, reason, attempts=row.attempts + 1)
            continue
        if crashed and claimed:
            break
        lease = now + LEASE
        claimed.append(Claimed(row.id, row.actor_uri, row.host, row.kind, row.recipient_id, row.body, lease))
        if crashed:
            attempts = 1
            break
    if claimed:
        db.ask(session, _LEASE, ids=[row.id for row in claimed], lease=now + LEASE, crashes=attempts)
    return claimed


_NOW = bindparam("now", type_=UtcDateTime)
_DUE = (
    select(
        InboxMessage.id,
        InboxMessage.actor_uri,
        InboxMessage.host,
        InboxMessage.kind,
        InboxMessage.recipient_id,
        InboxMessage.body,
        InboxMessage.state,
        InboxMessage.attempts,
        InboxMessage.lease_until,
    )
    .where(
        InboxMessage.state.in_(OPEN),
        InboxMessage.due_at <= _NOW,
        or_(InboxMessage.lease_until.is_(None), InboxMessage.lease_until <= _NOW),
        InboxMessage.host.not_in(
            select(InboxMessage.host).where(InboxMessage.state.in_(OPEN), InboxMessage.lease_until > _NOW)
        ),
    )
    .order_by(InboxMessage.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(InboxMessage)
    .where(InboxMessage.id.in_(bindparam("ids", expanding=True)))
    .values(
        lease_until=bindparam("lease", type_=UtcDateTime),
        attempts=InboxMessage.attempts + bindparam("crashes", type_=Integer),
    )
)


def finish(row: InboxMessage, state: InboxState, reason: str | None = None, **also: int) -> None:
    """The end of a message: processed, ignored, refused, or parked."""
    INBOX.move(row, state, reason=reason[:1000] if reason else None, lease_until=None, **also)


def finish_all(session: Session, done: Sequence[Claimed], state: InboxState, reason: str | None = None) -> None:
    """The end of messages that the caller holds. Raises Conflict when one of them is another's by now."""
    moved = INBOX.move_all(
        session,
        InboxMessage,
        OPEN,
        state,
        InboxMessage.lease_until == done[0].lease,
        ids=[row.id for row in done],
        reason=reason[:1000] if reason else None,
        lease_until=None,
    )
    if moved != len(done):
        raise Conflict("a lease ran out")


def wait(row: InboxMessage, reason: str, *, retry_after: int | None = None) -> None:
    """Try again later, n^4 + 15 seconds from now; given up after `MAX_ATTEMPTS`."""
    attempts = row.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        if row.state == InboxState.RECEIVED:
            INBOX.move(row, InboxState.WAITING)
        INBOX.move(row, InboxState.ABANDONED, reason=reason[:1000], attempts=attempts, lease_until=None)
        return
    pause = timedelta(seconds=max(attempts**4 + 15, min(retry_after or 0, 12 * 3600)))
    INBOX.move(
        row,
        InboxState.WAITING,
        reason=reason[:1000],
        attempts=attempts,
        due_at=clock.now() + pause,
        lease_until=None,
    )


def is_mine(row: InboxMessage, claimed: Claimed) -> bool:
    """Whether the row is still leased under the lease it was claimed with."""
    return row.state in OPEN and row.lease_until == claimed.lease


def parked(session: Session, *, limit: int) -> list[InboxMessage]:
    """What broke again and again, newest first."""
    query = select(InboxMessage).where(InboxMessage.state == InboxState.PARKED).order_by(InboxMessage.id.desc())
    return list(session.scalars(query.limit(limit)))


def retry(session: Session, message_id: int) -> InboxMessage:
    """Take a parked message up again. Raises NotFound, Conflict."""
    row = session.get(InboxMessage, message_id)
    if row is None:
        raise NotFound("there is no such message")
    if row.state != InboxState.PARKED:
        raise Conflict("only a parked message is taken up again")
    INBOX.move(row, InboxState.RECEIVED, attempts=0, due_at=clock.now(), reason=None)
    work.wake(session, "federation.process")
    return row
