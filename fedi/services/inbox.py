"""The rows of what came in: kept once, claimed by lease in per-server order, and moved through their states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fedi import clock, work
from fedi.errors import Conflict, NotFound
from fedi.models.inbox_message import INBOX, InboxMessage, InboxState

LEASE = timedelta(minutes=2)
BATCH = 50
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
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(InboxMessage.__table__)
    now = clock.now()
    session.execute(
        insert.on_conflict_do_nothing(index_elements=["dedupe"]),
        [
            {
                **vars(each),
                "id": clock.new_id(),
                "state": InboxState.RECEIVED,
                "attempts": 0,
                "due_at": now,
                "received_at": now,
            }
            for each in arrivals
        ],
    )


def claim(session: Session) -> list[InboxMessage]:
    """The next messages, oldest first, leased to the caller; none of a server whose earlier ones are being worked on.

    A message whose lease ran out crashed its worker: it comes alone, and after `CRASHES` of them it is parked.
    """
    now = clock.now()
    leased = select(InboxMessage.host).where(InboxMessage.state.in_(OPEN), InboxMessage.lease_until > now)
    due = (
        select(InboxMessage)
        .where(
            InboxMessage.state.in_(OPEN),
            InboxMessage.due_at <= now,
            or_(InboxMessage.lease_until.is_(None), InboxMessage.lease_until <= now),
            InboxMessage.host.not_in(leased),
        )
        .order_by(InboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed: list[InboxMessage] = []
    for row in session.scalars(due):
        crashed = row.lease_until is not None
        if crashed:
            row.attempts += 1
            if row.attempts >= CRASHES and row.state == InboxState.RECEIVED:
                INBOX.move(row, InboxState.PARKED, reason="its processing never came to an end", lease_until=None)
                continue
            if claimed:
                row.attempts -= 1
                break
        row.lease_until = now + LEASE
        claimed.append(row)
        if crashed:
            break
    session.flush()
    return claimed


def finish(row: InboxMessage, state: InboxState, reason: str | None = None) -> None:
    """The end of a message: processed, ignored, refused, or parked."""
    INBOX.move(row, state, reason=reason[:1000] if reason else None, lease_until=None)


def held(session: Session, claimed: Sequence[InboxMessage]) -> list[InboxMessage]:
    """Those of the claimed that are still the caller's, locked, oldest first."""
    leases = {row.id: row.lease_until for row in claimed}
    rows = session.scalars(
        select(InboxMessage).where(InboxMessage.id.in_(leases)).order_by(InboxMessage.id).with_for_update()
    )
    return [row for row in rows if is_mine(row, leases[row.id])]


def finish_all(session: Session, ids: Sequence[int], state: InboxState, reason: str | None = None) -> None:
    """The end of messages that the caller holds."""
    INBOX.move_all(
        session,
        InboxMessage,
        OPEN,
        state,
        InboxMessage.id.in_(ids),
        reason=reason[:1000] if reason else None,
        lease_until=None,
    )


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


def is_mine(row: InboxMessage, lease: datetime | None) -> bool:
    """Whether the row is still leased under the lease it was claimed with."""
    return row.state in OPEN and row.lease_until == lease


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
