"""Deliveries as rows: claimed by lease, sent by `activitypub.delivery`, and their results written in batches."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import SystemRandom

from sqlalchemy import Integer, Row, Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from fedi import clock
from fedi.models.columns import UtcDateTime
from fedi.models.outgoing import DELIVERIES, Delivery, DeliveryState, Host, Outgoing
from fedi.services import domains, follows, hosts

LEASE = timedelta(minutes=5)
HORIZON = timedelta(days=7)
LONGEST_WAIT = timedelta(hours=12)
# How many claimed rows of one worker a host may have: one that answers now, one that did before, and any other; and
# all hosts together that do not answer now, and that never did.
LIVE_SHARE, KNOWN_SHARE, NEW_SHARE = 16, 4, 2
SILENT_ROOM, NEW_ROOM = 300, 100
MAX_UNFINISHED = 40  # tries; the schedule has fewer in seven days, so the rest ended the process
UNFINISHED = [DeliveryState.QUEUED, DeliveryState.WAITING, DeliveryState.DELIVERING]
GONE = 410
_ROUNDS = 8
_random = SystemRandom()
_Due = Row[int, int, str, str, int, datetime, datetime]


@dataclass(frozen=True)
class Claimed:
    """One activity on its way to one inbox; `attempts` counts this try."""

    id: int
    outgoing_id: int
    inbox: str
    host: str
    attempts: int
    created_at: datetime
    scheme: str
    proven: bool


@dataclass(frozen=True)
class Result:
    """What became of a claimed delivery. `answered`: the host spoke as a living server does."""

    claimed: Claimed
    state: DeliveryState
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    answered: bool = False
    scheme: str | None = None
    tried: bool = True


def wait_after(attempts: int) -> timedelta:
    """n^4 + 15 s and up to half of n^4 more, at most 12 h (federation.md 1.3)."""
    power = float(attempts) ** 4
    return min(timedelta(seconds=15 + power + _random.uniform(0, power / 2)), LONGEST_WAIT)


class Shares:
    """Who may have how much of what one worker has in hand, so that hosts which hang hold up no others."""

    def __init__(
        self, held: Mapping[str, int], live: Collection[str] = frozenset(), known: Collection[str] = frozenset()
    ) -> None:
        """`held` counts what the worker has of each host; `live` ones answer it now, `known` ones did before."""
        self._held = Counter(held)
        self._live = live
        self._silent = sum(count for host, count in held.items() if host not in live)
        self._new = sum(count for host, count in held.items() if host not in live and host not in known)
        self.full = {
            host
            for host, count in held.items()
            if count >= (LIVE_SHARE if host in live else KNOWN_SHARE if host in known else NEW_SHARE)
        }

    def take(self, host: str, *, known: bool) -> bool:
        """Whether one more of this host may be claimed; a host that has enough is `full` from then on."""
        if host in self._live:
            room = self._held[host] < LIVE_SHARE
        elif known:
            room = self._held[host] < KNOWN_SHARE and self._silent < SILENT_ROOM
        else:
            room = self._held[host] < NEW_SHARE and self._silent < SILENT_ROOM and self._new < NEW_ROOM
        if not room:
            self.full.add(host)
            return False
        self._held[host] += 1
        if host not in self._live:
            self._silent += 1
            self._new += 0 if known else 1
        return True


def claim(session: Session, *, limit: int, shares: Shares) -> list[Claimed]:
    """Lease up to `limit` due deliveries, oldest first.

    Left for later: what an earlier activity about the same object still waits for in the same inbox, hosts that rest,
    and hosts that the caller has enough of.
    """
    taken: list[Claimed] = []
    for _ in range(_ROUNDS):
        rows = _oldest(session, shares.full, limit - len(taken))
        if not rows:
            break
        names = {row.host for row in rows}
        known = hosts.known(session, names)
        blocked = {name for name in names if not domains.may_federate(session, name)}
        keep = [row for row in rows if _keep(session, row, known.get(row.host), shares, blocked=row.host in blocked)]
        _lease(session, [row.id for row in keep])
        taken += [_claimed(row, known.get(row.host)) for row in keep]
        if len(taken) >= limit:
            break
    return taken


def _oldest(session: Session, full: Iterable[str], limit: int) -> list[_Due]:
    """What is due first, of each state in the order of its index: with all states in one question a database sorts
    everything that waits, for every batch anew.
    """
    asked = {"now": clock.now(), "full": sorted(full), "most": limit}
    found = [row for state in UNFINISHED for row in session.execute(_due(state), asked)]
    return sorted(found, key=lambda row: (row.due_at, row.id))[:limit]


@cache
def _due(state: DeliveryState) -> Select[int, int, str, str, int, datetime, datetime]:
    """Due rows in this state at `now`, of no host in `full`, at most `most`. Put together once: it is asked often."""
    now = bindparam("now", type_=UtcDateTime())
    earlier = aliased(Delivery)
    behind = exists().where(
        earlier.object_uri == Delivery.object_uri,
        earlier.inbox == Delivery.inbox,
        earlier.id < Delivery.id,
        earlier.state.in_(UNFINISHED),
    )
    lost = [Delivery.lease_until < now] if state == DeliveryState.DELIVERING else []
    return (
        select(
            Delivery.id,
            Delivery.outgoing_id,
            Delivery.inbox,
            Delivery.host,
            Delivery.attempts,
            Delivery.created_at,
            Delivery.due_at,
        )
        .where(
            Delivery.state == state,
            Delivery.due_at <= now,
            *lost,
            Delivery.host.not_in(bindparam("full", expanding=True)),
            or_(Delivery.object_uri == "", ~behind),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=Delivery)
    )


def _keep(
    session: Session,
    row: _Due,
    host: Host | None,
    shares: Shares,
    *,
    blocked: bool,
) -> bool:
    """Whether this row is sent now; those that are not are deferred, given up, or left with their host full."""
    end = row.created_at + HORIZON
    if blocked:
        _give_up(session, row.id, "the domain is blocked here")
    elif row.attempts >= MAX_UNFINISHED:
        _give_up(session, row.id, "too many tries did not end")
    elif host is not None and hosts.resting(host):
        if end <= clock.now():
            _give_up(session, row.id, "the host did not answer for seven days")
        else:
            _defer(session, row.id, end if hosts.gone(host) else host.resting_until)
    elif shares.take(row.host, known=hosts.proven(host)):
        if host is not None and hosts.probing(host):
            hosts.hold_for_probe(host)
        return True
    return False


def _give_up(session: Session, id_: int, reason: str) -> None:
    DELIVERIES.move_all(
        session, Delivery, UNFINISHED, DeliveryState.ABANDONED, ids=[id_], last_error=reason, lease_until=None
    )


def _defer(session: Session, id_: int, until: datetime | None) -> None:
    session.execute(
        update(Delivery).where(Delivery.id == id_).values(due_at=until).execution_options(synchronize_session=False),
    )


def _lease(session: Session, ids: Sequence[int]) -> None:
    if ids:
        DELIVERIES.move_all(
            session,
            Delivery,
            UNFINISHED,
            DeliveryState.DELIVERING,
            ids=ids,
            attempts=Delivery.attempts + 1,
            lease_until=clock.now() + LEASE,
        )


def _claimed(row: _Due, host: Host | None) -> Claimed:
    return Claimed(
        id=row.id,
        outgoing_id=row.outgoing_id,
        inbox=row.inbox,
        host=row.host,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        scheme=host.signature_scheme if host else "cavage",
        proven=hosts.proven(host),
    )


def activities(session: Session, ids: Iterable[int]) -> list[Outgoing]:
    """The activities that these deliveries carry, with their bodies as serialised once."""
    return list(session.scalars(select(Outgoing).where(Outgoing.id.in_(list(ids)))))


def record(session: Session, results: Sequence[Result]) -> None:
    """Write results, and what they tell of their hosts. A row that somebody else claimed meanwhile stays theirs."""
    _record_finished(session, results)
    if gone := {each.claimed.inbox for each in results if each.status == GONE}:
        follows.drop_inboxes(session, gone)
    # One query for all hosts; `session.get` finds them while this list lives.
    known = list(session.scalars(select(Host).where(Host.host.in_({each.claimed.host for each in results}))))
    _record_hosts(session, results)  # before the waiting rows: a rest that begins here defers them too
    for result in results:
        if result.state == DeliveryState.WAITING:
            _record_waiting(session, result)
    del known


def _record_finished(session: Session, results: Sequence[Result]) -> None:
    groups: dict[tuple[DeliveryState, int | None, str | None], list[int]] = {}
    for each in results:
        if each.state != DeliveryState.WAITING:
            groups.setdefault((each.state, each.status, each.error), []).append(each.claimed.id)
    for (state, status, error), ids in groups.items():
        DELIVERIES.move_all(
            session,
            Delivery,
            [DeliveryState.DELIVERING],
            state,
            ids=ids,
            last_status=status,
            last_error=error,
            lease_until=None,
            **({"delivered_at": clock.now()} if state == DeliveryState.DELIVERED else {}),
        )


def _record_waiting(session: Session, result: Result) -> None:
    claimed, now = result.claimed, clock.now()
    due = now + wait_after(claimed.attempts) if result.tried else now
    if result.retry_after:
        due = max(due, now + min(timedelta(seconds=result.retry_after), hosts.LONGEST_WISH))
    host = session.get(Host, claimed.host)
    over = claimed.created_at + HORIZON
    if host is not None and hosts.gone(host):
        due = max(due, over)
    elif host is not None and hosts.resting(host):
        due = max(due, host.resting_until or due)
    given_up = result.tried and due > over and not hosts.gone(host)
    also = {"last_status": result.status, "last_error": result.error} if result.tried else {}
    DELIVERIES.move_all(
        session,
        Delivery,
        [DeliveryState.DELIVERING],
        DeliveryState.ABANDONED if given_up else DeliveryState.WAITING,
        Delivery.attempts == claimed.attempts,
        ids=[claimed.id],
        due_at=due,
        lease_until=None,
        attempts=claimed.attempts if result.tried else claimed.attempts - 1,
        **also,
    )


def _record_hosts(session: Session, results: Sequence[Result]) -> None:
    by_host: dict[str, list[Result]] = {}
    for each in results:
        if each.tried:
            by_host.setdefault(each.claimed.host, []).append(each)
    for host, mine in sorted(by_host.items()):
        answered = [each for each in mine if each.answered]
        failures = [each for each in mine if not each.answered]
        if answered:
            _record_answer(session, host, answered)
        if failures:
            hosts.failed(
                session,
                host,
                failures[-1].error or "",
                times=len(failures),
                retry_after=max((each.retry_after or 0 for each in failures), default=0) or None,
                bad_day=any(each.status != 429 for each in failures),
            )


def _record_answer(session: Session, host: str, answered: Sequence[Result]) -> None:
    """A healthy host is written once an hour, not with every delivery."""
    scheme = next((each.scheme for each in reversed(answered) if each.scheme), None)
    row = session.get(Host, host)
    fresh = row is not None and hosts.proven(row) and not row.bad_days
    recently = row is not None and row.last_success_at and row.last_success_at > clock.now() - timedelta(hours=1)
    if not (fresh and recently) or (row is not None and scheme and scheme != row.signature_scheme):
        hosts.succeeded(session, host, scheme)
