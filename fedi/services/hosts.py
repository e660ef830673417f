"""Other servers as receivers: who answers, who rests, and which signature they want.

A host that failed `TRIES` times in a row rests, longer each time and at most half an hour, and is then asked with one
activity; when that is taken, all resumes. One that failed on seven distinct days rests until we hear from it.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from fedi import clock, db, work
from fedi.models.outgoing import Delivery, DeliveryState, Host

TRIES = 10
BAD_DAYS = 7
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=30)
LONGEST_WISH = timedelta(hours=12)
PROBE = timedelta(minutes=2)
UNTIL_HEARD_FROM = datetime(9999, 1, 1, tzinfo=UTC)
_OPEN = [DeliveryState.QUEUED, DeliveryState.WAITING]


def known(session: Session, names: Collection[str]) -> dict[str, Host]:
    """The rows of these hosts that have one; those that are to be probed are locked, so that one worker probes."""
    found = session.scalars(select(Host).where(Host.host.in_(sorted(names))).order_by(Host.host))
    rows = {row.host: row for row in found}
    probed = sorted(name for name, row in rows.items() if probing(row))
    if probed:
        session.scalars(
            select(Host)
            .where(Host.host.in_(probed))
            .order_by(Host.host)
            .with_for_update()
            .execution_options(populate_existing=True),
        ).all()
    return rows


def proven(row: Host | None) -> bool:
    """It took something from us and has not failed since."""
    return row is not None and row.failures == 0 and row.last_success_at is not None


def probing(row: Host | None) -> bool:
    """Its next activity is a probe: only one may be on its way."""
    return row is not None and row.failures >= TRIES


def resting(row: Host | None) -> bool:
    return row is not None and row.resting_until is not None and row.resting_until > clock.now()


def gone(row: Host | None) -> bool:
    """It failed on too many days and rests until we hear from it."""
    return row is not None and row.resting_until == UNTIL_HEARD_FROM


def hold_for_probe(row: Host) -> None:
    """Nobody else asks this host while one activity is on its way to it."""
    row.resting_until = clock.now() + PROBE


def succeeded(session: Session, host: str, scheme: str | None = None) -> None:
    """The host answered as a server does, be it yes or no. After a rest, all that waited for it is due now."""
    row = _row(session, host)
    if probing(row):
        row.resting_until = None
        _resume(session, row)
    row.failures, row.bad_days, row.last_error = 0, [], None
    row.last_success_at = clock.now()
    if scheme:
        row.signature_scheme = scheme


def failed(
    session: Session, host: str, error: str, *, times: int = 1, retry_after: int | None = None, bad_day: bool = True
) -> None:
    """The host did not answer, or said that it cannot now. `retry_after` (seconds) is how long it asked us to wait.

    `bad_day` is false for a host that only says that we are too fast.
    """
    row = _row(session, host)
    row.failures += times
    row.last_error = error[:1000]
    today = clock.now().date().isoformat()
    if bad_day and today not in row.bad_days:
        row.bad_days = [*row.bad_days, today]
    rest = _rest(row, retry_after)
    if rest is not None:
        row.resting_until = rest
        session.flush()
        _defer(session, row)


def _rest(row: Host, retry_after: int | None) -> datetime | None:
    if len(row.bad_days) >= BAD_DAYS:
        row.failures = max(row.failures, TRIES)
        return UNTIL_HEARD_FROM
    waits = []
    if retry_after:
        waits.append(min(timedelta(seconds=retry_after), LONGEST_WISH))
    if row.failures >= TRIES:
        waits.append(min(FIRST_REST * 2 ** min(row.failures - TRIES, 10), LONGEST_REST))
    return clock.now() + max(waits) if waits else None


def heard_from(session: Session, names: Collection[str]) -> None:
    """Signed activities came from these hosts, so they live: one that rested after failures is asked again, once."""
    found = db.ask(session, _DAYS, names=sorted(names)).all()
    for name in (name for name, bad_days in found if bad_days):
        row = session.get_one(Host, name)
        row.bad_days = []
        if probing(row):
            row.failures, row.resting_until = TRIES, None
            _resume(session, row)


_DAYS = select(Host.host, Host.bad_days).where(Host.host.in_(bindparam("names", expanding=True)))


def wake(session: Session, host: str) -> None:
    """Forget that the host failed (an operator says so)."""
    row = session.get(Host, host)
    if row is not None:
        row.failures, row.bad_days, row.resting_until = 0, [], None
        _resume(session, row)


def _row(session: Session, host: str) -> Host:
    row = session.get(Host, host)
    if row is None:
        row = Host(host=host, failures=0, bad_days=[], signature_scheme="cavage")
        session.add(row)
    return row


def _resume(session: Session, row: Host) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.host == row.host, Delivery.state.in_(_OPEN), Delivery.due_at > clock.now())
        .values(due_at=clock.now())
        .execution_options(synchronize_session=False),
    )
    work.wake(session, "federation.deliver")


def _defer(session: Session, row: Host) -> None:
    """What waits for a resting host is not looked at until then, so that a dead host costs nothing."""
    if row.resting_until is None or row.resting_until == UNTIL_HEARD_FROM:
        return  # these come up once more when they are given up
    session.execute(
        update(Delivery)
        .where(Delivery.host == row.host, Delivery.state.in_(_OPEN), Delivery.due_at < row.resting_until)
        .values(due_at=row.resting_until)
        .execution_options(synchronize_session=False),
    )
