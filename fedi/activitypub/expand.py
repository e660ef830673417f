"""Expanding: an outgoing row becomes one document, written and digested once, and one delivery per inbox."""

import logging
from datetime import timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ed25519
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from fedi import clock, db, failpoints, work
from fedi.activitypub import context, registry
from fedi.activitypub.protocol import digests, documents, keys, proofs
from fedi.errors import FediError, OurFault
from fedi.models.outgoing import OUTGOING, Outgoing, OutgoingState
from fedi.services import actor_keys, audience

log = logging.getLogger(__name__)
failpoints.declare(
    "expand.claim.before_commit",
    "expand.claim.after_commit",
    "expand.before_commit",
    "expand.after_commit",
)
BATCH = 20
LEASE = timedelta(minutes=1)
MAX_ATTEMPTS = 10


def expand_due() -> int:
    """Expand every pending row that is due, oldest first; how many were worked on."""
    count = 0
    while ids := _claim():
        for id_ in ids:
            _expand(id_)
        count += len(ids)
    return count


def _claim() -> list[int]:
    """Due rows, put off by a lease, so that one whose document ends the process does not hold up the others.

    A row waits until the earlier ones about the same object are expanded: deliveries of one object keep their order.
    """
    now = clock.now()
    earlier = aliased(Outgoing)
    behind = exists().where(
        earlier.object_uri == Outgoing.object_uri,
        earlier.state == OutgoingState.PENDING,
        earlier.id < Outgoing.id,
    )
    with db.writing("expand.claim") as session:
        due = (
            select(Outgoing.id)
            .where(
                Outgoing.state == OutgoingState.PENDING,
                Outgoing.due_at <= now,
                (Outgoing.object_uri == "") | (Outgoing.verb == "delete") | ~behind,
            )
            .order_by(Outgoing.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = list(session.scalars(due))
        session.execute(
            update(Outgoing)
            .where(Outgoing.id.in_(ids))
            .values(attempts=Outgoing.attempts + 1, due_at=now + LEASE)
            .execution_options(synchronize_session=False),
        )
    return ids


def _expand(id_: int) -> None:
    with db.reading() as session:
        row = session.get_one(Outgoing, id_)
        try:
            document = _proven(session, row, registry.document(session, row))
        except FediError as error:
            _failed(row, error)
            return
    body = orjson.dumps(document)
    with db.writing("expand") as session:
        row = session.get_one(Outgoing, id_, with_for_update=True)
        if row.state != OutgoingState.PENDING:
            return  # a lease that ran out: somebody else did it
        if row.verb == "delete":
            _drop_earlier(session, row)
        count = audience.enqueue(session, row)
        OUTGOING.move(
            row,
            OutgoingState.EXPANDED,
            body=body,
            digest=digests.sha256(body),
            activity_uri=str(document.get("id", "")),
        )
        if count:
            work.wake(session, "federation.deliver")


def _proven(session: Session, row: Outgoing, document: dict[str, Any]) -> dict[str, Any]:
    """What is for everybody carries a proof that outlives the request, for servers that pass it on (FEP-8b32).

    What is for few people carries none: nobody shall be able to prove to others what was said in private. What somebody
    else said and we pass on stays as it is.
    """
    if row.verb == "forward" or context.PUBLIC not in [*document.get("to", ()), *document.get("cc", ())]:
        return document
    key_id, pem = actor_keys.private_key(session, row.actor, "ed25519")
    key = keys.load_private(pem)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    said = {**document, "@context": [*documents.as_list(document["@context"]), proofs.CONTEXT]}
    return proofs.sign(said, key, key_id, at=clock.now())


def _drop_earlier(session: Session, row: Outgoing) -> None:
    """What has not even been expanded when its object is deleted never leaves."""
    if row.object_uri:
        OUTGOING.move_all(
            session,
            Outgoing,
            [OutgoingState.PENDING],
            OutgoingState.ABANDONED,
            Outgoing.object_uri == row.object_uri,
            Outgoing.id < row.id,
            reason=audience.OVERTAKEN,
        )


def _failed(row: Outgoing, error: FediError) -> None:
    """Its subject is gone: given up at once. A fault of ours is tried again for a while, as it may be mended."""
    log.warning("%s %s has no document: %s", row.verb, row.id, error)
    given_up = not isinstance(error, OurFault) or row.attempts >= MAX_ATTEMPTS
    with db.writing("expand") as session:
        row = session.get_one(Outgoing, row.id, with_for_update=True)
        if row.state != OutgoingState.PENDING:
            return
        if given_up:
            OUTGOING.move(row, OutgoingState.ABANDONED, reason=str(error))
        else:
            row.reason, row.due_at = str(error), clock.now() + timedelta(seconds=15 + row.attempts**4)
