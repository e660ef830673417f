"""From an inbox row to its effect: claim by lease, let the verb act, move the row in the same transaction.

A verb never fetches: it says what it needs, the transaction is rolled back, the document is got, the verb runs again.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from fedi import clock, db, failpoints
from fedi.activitypub import fetch, refresh, registry
from fedi.activitypub.incoming import Ignored, Incoming, Needs
from fedi.activitypub.protocol import documents
from fedi.errors import Conflict, FediError, Gone, Unreachable
from fedi.models.actor import Actor
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.services import actors, domains, inbox
from fedi.services.inbox import Claimed

log = logging.getLogger(__name__)
failpoints.declare(
    "inbox.claim.before_commit",
    "inbox.claim.after_commit",
    "inbox.apply.before_commit",
    "inbox.apply.after_commit",
)
MAX_FETCHES = 20
# What a suspended actor may still say: it only takes away.
TAKES_AWAY = {"Delete", "Reject", "Undo", "Update"}


def process_due() -> int:
    """Process every message that is due; how many were worked on."""
    registry.find()
    count = 0
    while batch := _claim():
        for row in _process_together(batch):
            _process(row)
        count += len(batch)
    return count


def _claim() -> list[Claimed]:
    with db.writing("inbox.claim") as session:
        return inbox.claim(session)


def _process_together(batch: Sequence[Claimed]) -> list[Claimed]:
    """Apply what needs nothing from outside in one transaction, each in a savepoint; what is left, in order.

    One commit for many is most of what makes them cheap. A message that needs a document, or fails, is left to
    `_process`, and so is everything after it of the same server.
    """
    if len(batch) == 1:
        return list(batch)
    left: list[Claimed] = []
    try:
        with db.writing("inbox.apply") as session:
            ends = Ends()
            senders = actors.by_uris(session, {row.actor_uri for row in batch})
            later: set[str] = set()
            # A session holds rows weakly: without this each message would read its actor and post anew.
            loaded: list[object] = []
            event.listen(session, "loaded_as_persistent", lambda _, row: loaded.append(row))
            for row in batch:
                if row.host in later or not _applied(session, row, senders.get(row.actor_uri), ends):
                    later.add(row.host)
                    left.append(row)
            ends.write(session)
    except (DBAPIError, Conflict) as error:
        log.warning("a batch is processed one by one: %s", error)
        return list(batch)
    return left


class Ends:
    """How the messages of a batch ended, written together."""

    def __init__(self) -> None:
        self._done: dict[tuple[InboxState, str | None], list[Claimed]] = {}

    def add(self, row: Claimed, state: InboxState, reason: str | None = None) -> None:
        self._done.setdefault((state, reason), []).append(row)

    def write(self, session: Session) -> None:
        """Raises Conflict when another worker took one of them up meanwhile."""
        for (state, reason), done in self._done.items():
            inbox.finish_all(session, done, state, reason)


def _applied(session: Session, row: Claimed, actor: Actor | None, ends: Ends) -> bool:
    """Whether the message came to its end. What it wrote is undone when not."""
    try:
        activity = documents.loads_object(row.body)
        with session.begin_nested():
            _apply(session, Incoming(activity, _sender(session, row, actor, set()), row.recipient_id))
    except Ignored as error:
        ends.add(row, InboxState.IGNORED, str(error))
    except (Needs, Unreachable):
        return False
    except FediError as error:
        ends.add(row, InboxState.REFUSED, str(error))
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 - the edge: by itself it is logged, and parked when it goes on
        return False
    else:
        ends.add(row, InboxState.PROCESSED)
    return True


def _process(claimed: Claimed) -> None:
    try:
        _run(claimed)
    except Unreachable as error:
        _wait(claimed, str(error), error.retry_after)
    except Ignored as error:
        _end(claimed, InboxState.IGNORED, str(error))
    except FediError as error:
        _end(claimed, InboxState.REFUSED, str(error))
    except OperationalError as error:
        log.warning("the database was busy: %s", error.orig)  # the lease runs out, and it is tried again
    except Exception as error:  # the edge: one poison message must not stop the others
        log.exception("inbox message %s of %s", claimed.id, claimed.actor_uri)
        _wait(claimed, f"{type(error).__name__}: {error}", None, poison=True)


def _run(claimed: Claimed) -> None:
    """Until the verb has all it needs. Raises what the verb raises, Unreachable for what can be had later."""
    activity = documents.loads_object(claimed.body)
    fetched: dict[str, dict[str, object] | None] = {}
    missing: set[str] = set()
    for _ in range(MAX_FETCHES):
        try:
            with db.writing("inbox.apply") as session:
                row = session.get_one(InboxMessage, claimed.id)
                if not inbox.is_mine(row, claimed):
                    return
                actor = _sender(session, claimed, actors.by_uri(session, claimed.actor_uri), missing)
                incoming = Incoming(activity, actor, claimed.recipient_id, fetched, missing)
                _apply(session, incoming)
                inbox.finish(row, InboxState.PROCESSED)
            return
        except Needs as need:
            _get(need, fetched, missing)
    raise Ignored("it needs more than it is worth")


def _sender(session: Session, row: Claimed, actor: Actor | None, missing: set[str]) -> Actor:
    """The actor who signed, known with its handle confirmed. Raises Needs, Ignored."""
    if actor is None:
        if row.actor_uri in missing:
            raise Ignored("its actor cannot be read")
        raise Needs(row.actor_uri, kind="actor")
    if actors.is_stale(actor) and row.kind != "Delete" and row.actor_uri not in missing:
        raise Needs(row.actor_uri, kind="actor")  # new (its handle is not confirmed), or not asked for a day
    if not domains.may_federate(session, actor.host):
        raise Ignored(f"{actor.host} is blocked here")
    if actor.deleted_at is not None or (actor.suspended_at is not None and row.kind not in TAKES_AWAY):
        raise Ignored("its actor is gone or suspended here")
    return actor


def _apply(session: Session, incoming: Incoming) -> None:
    kind = documents.kind(incoming.activity)
    handler = registry.handler(kind)
    if handler is None:
        raise Ignored(f"{kind} is nothing we know")
    handler(session, incoming)


def _get(need: Needs, fetched: dict[str, dict[str, object] | None], missing: set[str]) -> None:
    """Fetch what a verb needs; what its origin refuses or has not is remembered as missing. Raises Unreachable."""
    try:
        if need.kind == "actor":
            fetch.fetch_actor(need.uri)
        else:
            fetched[need.uri] = fetch.fetch_object(need.uri)
    except FediError as error:
        log.info("%s cannot be had: %s", need.uri, error)
        if need.kind == "actor" and isinstance(error, Gone):
            refresh.forget(need.uri)
        kept = need.kind == "actor" and _asked_in_vain(need.uri)
        if isinstance(error, Unreachable) and not kept:
            raise
        if need.kind == "actor":
            missing.add(need.uri)
        else:
            fetched[need.uri] = None


def _asked_in_vain(uri: str) -> bool:
    """Whether the actor is known all the same; it is then not asked again for a day."""
    with db.writing() as session:
        actor = actors.by_uri(session, uri)
        if actor is not None:
            actor.fetched_at = clock.now()
        return actor is not None


def _end(claimed: Claimed, state: InboxState, reason: str) -> None:
    with db.writing("inbox.apply") as session:
        row = session.get_one(InboxMessage, claimed.id)
        if inbox.is_mine(row, claimed):
            inbox.finish(row, state, reason)


def _wait(claimed: Claimed, reason: str, retry_after: int | None, *, poison: bool = False) -> None:
    with db.writing("inbox.apply") as session:
        row = session.get_one(InboxMessage, claimed.id)
        if not inbox.is_mine(row, claimed):
            return
        if poison and row.attempts + 1 >= inbox.CRASHES:
            inbox.finish(row, InboxState.PARKED, reason)
        else:
            inbox.wait(row, reason, retry_after=retry_after)
