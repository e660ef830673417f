"""Letters that wait for the mail server: kept in the database, so that one is neither lost nor waited for."""

import logging
from datetime import timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from fedi import clock, mail, work
from fedi.models.letter import Letter

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8  # the last one after about four hours


def put(session: Session, to: str, subject: str, text: str) -> None:
    """Send a letter once this is committed; nothing where no mail server is named."""
    if mail.configured():
        session.add(Letter(recipient=to, subject=subject[:255], text=text))
        session.flush()
        work.wake(session, "mail.send")


def is_due(session: Session) -> bool:
    return session.scalar(_due().limit(1)) is not None


def claim(session: Session) -> Letter | None:
    """The next letter, leased to the caller. One whose sending ended its worker again and again is let go."""
    session.execute(delete(Letter).where(Letter.id.in_(_due()), Letter.attempts >= MAX_ATTEMPTS))
    id_ = session.scalar(_due().order_by(Letter.due_at).limit(1).with_for_update(skip_locked=True))
    row = session.get(Letter, id_) if id_ is not None else None
    if row is not None:
        row.attempts += 1
        row.lease_until = clock.now() + LEASE
        session.flush()
    return row


def done(session: Session, id_: int) -> None:
    session.execute(delete(Letter).where(Letter.id == id_))


def failed(session: Session, id_: int, reason: str) -> None:
    """Again later, each time after twice as long."""
    row = session.get(Letter, id_)
    if row is None:
        return
    if row.attempts >= MAX_ATTEMPTS:
        log.warning("a letter is given up: %s", reason)
        session.delete(row)
        return
    row.due_at, row.lease_until = clock.now() + timedelta(minutes=2**row.attempts), None


def _due() -> Select[int]:
    now = clock.now()
    free = or_(Letter.lease_until.is_(None), Letter.lease_until < now)
    return select(Letter.id).where(Letter.due_at <= now, free)
