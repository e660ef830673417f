"""The delivery engine: one event loop sends what is due to many hosts at once, and writes the results in batches.

Rows are the truth (`services.deliveries`): a crash loses no delivery, at worst one is sent twice under the same
activity id. A host may have the more on its way the better it answers (`deliveries.Shares`); those that are slow,
failing or not yet known to answer share a quarter of the slots, and a quarter is kept for those that answer now. What
is on its way when a process is killed is sent again, so a run begins with few at once: many at once are cheap, which
counts only where there is much to send.
"""

import asyncio
import logging
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from time import monotonic

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fedi import clock, db, failpoints, net
from fedi.activitypub import context, follower_sync
from fedi.activitypub.protocol import keys
from fedi.activitypub.sending import Parcel, send
from fedi.errors import FediError, NotFound
from fedi.models.actor import Actor
from fedi.models.outgoing import DeliveryState, Outgoing
from fedi.models.post import Post
from fedi.services import actor_keys, deliveries, follower_digests, media_tokens
from fedi.services.deliveries import Claimed, Result

log = logging.getLogger(__name__)
failpoints.declare(
    "deliver.claim.before_commit",
    "deliver.claim.after_commit",
    "deliver.record.before_commit",
    "deliver.record.after_commit",
)
SLOTS = 200
SLOW_SLOTS = SLOTS // 4
SILENT_SLOTS = SLOTS - SLOTS // 4
PER_HOST, PER_SILENT_HOST = 4, 2
FIRST_SLOTS, ANSWERS_FOR_ONE = 24, 4  # of hosts that answer now, when a run begins; one more for so many answers
IN_HAND = 2 * SLOTS  # claimed and not recorded
BATCH = 50
UNWRITTEN = BATCH  # answered and not recorded: so many more than are on their way may be sent again after a kill -9
RECORD_SECONDS = 0.05
RECORD_PATIENCE, RECORD_AGAIN = 60.0, 0.5  # seconds; leases are longer
SLOW_SECONDS = 2.0  # an answer that takes longer; what hangs as long as this is noticed before it fails
TICK = 0.25
FAILURES_TO_STOP = 3
KEY_SECONDS = 60.0
PARCELS = 64
PUBLIC = context.PUBLIC.encode()

_turn = threading.Lock()
_wanted = threading.Event()
_running: "list[Engine]" = []
_keys: dict[int, tuple[float, str, keys.PrivateKey]] = {}


def deliver_due(limit: int | None = None) -> int:
    """Send what is due until nothing is (or `limit` were tried); how many. One engine runs per process: a second call
    wakes the first one and returns at once.
    """
    _wanted.set()
    count = 0
    while _wanted.is_set():
        if not _turn.acquire(blocking=False):
            for engine in _running:
                engine.wake()
            return count
        try:
            _wanted.clear()
            count += net.call(_run(limit))
        finally:
            _turn.release()
    return count


async def _run(limit: int | None) -> int:
    engine = Engine(limit)
    _running.append(engine)
    try:
        return await engine.run()
    finally:
        _running.remove(engine)


class Engine:
    """One run: claims, sends and records until nothing is due. Lives in one event loop."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._tried = 0
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._held: Counter[str] = Counter()  # claimed and not recorded, by host
        self._in_hand = 0  # the sum of it
        self._queues: OrderedDict[str, deque[Claimed]] = OrderedDict()
        self._busy: Counter[str] = Counter()  # being sent, by host
        self._sending = 0  # the sum of it
        self._slow: Counter[str] = Counter()  # of it, what counts as slow
        self._silent: Counter[str] = Counter()  # of it, what counts as silent
        self._slow_sending = self._silent_sending = 0  # the sums of both
        self._answers = 0  # that came in good time
        self._began: dict[str, list[float]] = {}  # when what is being sent was begun, by host
        self._live: set[str] = set()  # answer now
        self._recorded_at = 0.0
        self._proven: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._results: list[Result] = []
        self._unwritten = 0  # those, and those that are being recorded
        self._parcels: OrderedDict[int, Parcel] = OrderedDict()
        self._group: asyncio.TaskGroup | None = None
        self._dry = False

    def wake(self) -> None:
        """There may be more to claim. May be called from any thread."""
        self._loop.call_soon_threadsafe(self._woken)

    def _woken(self) -> None:
        self._dry = False
        self._event.set()

    async def run(self) -> int:
        async with asyncio.TaskGroup() as self._group:
            while True:
                self._look_for_hanging()
                if self._results and self._must_record():
                    await self._record()
                if self._wants_more():
                    await self._claim()
                self._start_all()
                if not self._in_hand and self._finished():
                    return self._tried
                await self._pause()

    def _finished(self) -> bool:
        return self._dry or (self._limit is not None and self._tried >= self._limit)

    def _must_record(self) -> bool:
        """In batches, as long as there is more to send."""
        enough = len(self._results) >= BATCH or (self._dry and not self._queues)
        return enough or not self._sending or monotonic() - self._recorded_at > RECORD_SECONDS

    async def _pause(self) -> None:
        """Until something ended, or for a moment when results wait to be written."""
        self._event.clear()
        if self._results and self._must_record():
            return
        try:
            await asyncio.wait_for(self._event.wait(), RECORD_SECONDS if self._results else TICK)
        except TimeoutError:
            return

    def _wants_more(self) -> bool:
        return not self._finished() and self._in_hand < IN_HAND - BATCH

    async def _claim(self) -> None:
        room = IN_HAND - self._in_hand
        if self._limit is not None:
            room = min(room, self._limit - self._tried)
        claimed, parcels = await asyncio.to_thread(_claim, room, self._shares(), frozenset(self._parcels))
        self._dry = len(claimed) < room
        self._tried += len(claimed)
        for outgoing_id, parcel in parcels.items():
            self._parcels[outgoing_id] = parcel
        for each in claimed:
            self._held[each.host] += 1
            self._in_hand += 1
            if each.proven:
                self._proven.add(each.host)
            self._queues.setdefault(each.host, deque()).append(each)
        self._trim()

    def _shares(self) -> deliveries.Shares:
        return deliveries.Shares(dict(self._held), frozenset(self._live), frozenset(self._proven))

    def _trim(self) -> None:
        """Forget bodies that nothing in hand needs."""
        if len(self._parcels) > PARCELS:
            needed = {each.outgoing_id for queue in self._queues.values() for each in queue}
            for outgoing_id in [key for key in self._parcels if key not in needed]:
                del self._parcels[outgoing_id]

    def _start_all(self) -> None:
        for host in list(self._queues):
            if self._sending >= SLOTS:
                return
            self._start(host)

    def _start(self, host: str) -> None:
        queue = self._queues.get(host)
        while queue and self._may_start(host):
            each = queue.popleft()
            self._begin(host)
            assert self._group is not None
            self._group.create_task(self._send(each, self._parcels.get(each.outgoing_id)))
        if not queue:
            self._queues.pop(host, None)

    def _may_start(self, host: str) -> bool:
        if self._sending >= SLOTS or self._unwritten >= UNWRITTEN:
            return False
        if host in self._live:
            return self._busy[host] < PER_HOST and self._has_room()
        if self._silent_sending >= SILENT_SLOTS:
            return False
        if host in self._proven:
            return self._busy[host] < PER_SILENT_HOST
        return self._busy[host] < 1 and self._slow_sending < SLOW_SLOTS

    def _begin(self, host: str) -> None:
        self._busy[host] += 1
        self._sending += 1
        self._mark(host, slow=int(host not in self._proven), silent=int(host not in self._live))

    def _end(self, host: str) -> None:
        self._busy[host] -= 1
        self._sending -= 1
        self._mark(host, slow=-int(self._slow[host] > 0), silent=-int(self._silent[host] > 0))

    def _mark(self, host: str, *, slow: int, silent: int) -> None:
        self._slow[host] += slow
        self._slow_sending += slow
        self._silent[host] += silent
        self._silent_sending += silent

    def _has_room(self) -> bool:
        """For one more to a host that answers now."""
        room = FIRST_SLOTS + self._answers // ANSWERS_FOR_ONE
        return self._sending < SLOTS and self._sending - self._silent_sending < room

    def _full(self) -> bool:
        return not self._has_room() or self._slow_sending >= SLOW_SLOTS or self._silent_sending >= SILENT_SLOTS

    def _look_for_hanging(self) -> None:
        """A host that let something lie as long as this answers no longer: what it holds is given back.

        What it has on its way counts among the slow from then on, whatever it was known for.
        """
        since = monotonic() - SLOW_SECONDS
        good = self._live | self._proven
        for host in [host for host, began in self._began.items() if began[0] < since and host in good]:
            self._live.discard(host)
            self._proven.discard(host)
            busy = self._busy[host]
            self._mark(host, slow=busy - self._slow[host], silent=busy - self._silent[host])
            self._release(host)

    async def _send(self, each: Claimed, parcel: Parcel | None) -> None:
        full = self._full()
        began = monotonic()
        self._began.setdefault(each.host, []).append(began)
        if parcel is None:
            reason = "its activity or the key of its actor is gone"
            result = Result(each, DeliveryState.ABANDONED, error=reason, tried=False)
        else:
            result = await send(each, parcel)
            self._learn(result, monotonic() - began)
        self._began[each.host].remove(began)
        if not self._began[each.host]:
            del self._began[each.host]
        self._end(each.host)
        self._results.append(result)
        self._unwritten += 1
        self._start(each.host)
        if full:
            self._start_all()
        if len(self._results) in {1, BATCH} or not self._sending or self._wants_more():
            self._event.set()

    def _learn(self, result: Result, seconds: float) -> None:
        host = result.claimed.host
        if result.answered:
            self._failures.pop(host, None)
            if seconds < SLOW_SECONDS:
                self._answers += 1
                self._proven.add(host)
                self._live.add(host)
            else:
                self._proven.discard(host)
                self._live.discard(host)
            return
        self._proven.discard(host)
        self._live.discard(host)
        self._failures[host] += 1
        if self._failures[host] >= FAILURES_TO_STOP or result.retry_after:
            self._release(host)

    def _release(self, host: str) -> None:
        """Give back what has not been tried: the host does not answer now."""
        for each in self._queues.pop(host, ()):
            self._results.append(Result(each, DeliveryState.WAITING, tried=False))
            self._unwritten += 1

    async def _record(self) -> None:
        results, self._results = self._results, []
        await asyncio.to_thread(_record, results)
        self._recorded_at = monotonic()
        self._dry = False  # what waited for these, their hosts or their objects, may go now
        self._in_hand -= len(results)
        self._unwritten -= len(results)
        for each in results:
            self._held[each.claimed.host] -= 1
            if not self._held[each.claimed.host]:
                del self._held[each.claimed.host]
        self._start_all()  # those that had to wait for it


def _claim(room: int, shares: deliveries.Shares, have: frozenset[int]) -> tuple[list[Claimed], dict[int, Parcel]]:
    """Nothing while the database is away: what is on its way must not be broken off, and the sweep comes back."""
    try:
        with db.writing("deliver.claim") as session:
            claimed = deliveries.claim(session, limit=room, shares=shares)
        wanted = {each.outgoing_id for each in claimed} - have
        return claimed, _parcels(wanted) if wanted else {}
    except OperationalError as error:
        log.warning("nothing is claimed, the database is away: %s", error.orig)
        return [], {}


def _parcels(ids: set[int]) -> dict[int, Parcel]:
    """What is to be sent. An activity that cannot be (its key or its post is gone) is left out, and given up."""
    made = {}
    with db.reading() as session:
        for row in deliveries.activities(session, ids):
            body = row.body or b""
            apart = row.audience.get("followers") and PUBLIC not in body and row.verb != "forward"
            try:
                key_id, key = _key(session, row.actor_id)
                made[row.id] = Parcel(
                    body,
                    row.digest or "",
                    key_id,
                    _old_key(row) or key,
                    seal=_seal(session, row, body),
                    headers=_synchronisation(session, row.actor_id) if apart else None,
                )
            except FediError as error:
                log.warning("activity %s of actor %s cannot be sent: %s", row.id, row.actor_id, error)
    return made


def _key(session: Session, actor_id: int) -> tuple[str, keys.PrivateKey]:
    """(key id, key) of an actor of ours, remembered for a minute. Raises OurFault."""
    kept = _keys.get(actor_id)
    if kept is None or kept[0] < clock.timestamp():
        key_id, pem = actor_keys.private_key(session, session.get_one(Actor, actor_id))
        kept = _keys[actor_id] = (clock.timestamp() + KEY_SECONDS, key_id, keys.load_private(pem))
    return kept[1], kept[2]


def _old_key(row: Outgoing) -> keys.PrivateKey | None:
    """The key that signs the Update which tells of new keys: the one that peers know."""
    kept = row.subject.get("sign_with")
    return keys.load_private(actor_keys.decrypted(kept)) if kept else None


def _seal(session: Session, row: Outgoing, body: bytes) -> Callable[[bytes, str], bytes] | None:
    """How a body with pictures that are not for everybody is made one server's own; None for all others."""
    id_ = row.id
    if media_tokens.marker(id_).encode() not in body:
        return None
    post = session.get(Post, row.subject["post"])
    if post is None:
        raise NotFound("its post is gone")
    return lambda body, host: media_tokens.fill(body, id_, media_tokens.for_server(post, host))


def _synchronisation(session: Session, actor_id: int) -> Callable[[str], dict[str, str]]:
    """What a delivery for followers alone says of who they are on the receiving server (FEP-8fcf)."""
    actor = session.get_one(Actor, actor_id)
    known = follower_digests.by_server(session, actor)
    return lambda inbox: {follower_sync.HEADER: follower_sync.header(actor, known, inbox)}


def _record(results: list[Result]) -> None:
    """What was sent and is not written down is sent again, so a database that is away is waited for."""
    ends = monotonic() + RECORD_PATIENCE
    while True:
        try:
            with db.writing("deliver.record") as session:
                deliveries.record(session, results)
        except OperationalError as error:
            if monotonic() > ends:
                raise
            log.warning("%s results wait, the database is away: %s", len(results), error.orig)
            time.sleep(RECORD_AGAIN)
        else:
            return
