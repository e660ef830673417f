"""The inbox: from the bytes of a POST to a durable row.

`accept` checks in this order: size, JSON, signature (all that needs no key, then the key), blocks, origins, repeats. It
answers 202 only once the row is committed; `processing` takes it from there.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from fedi import db, failpoints, urls, work
from fedi.activitypub import keyring
from fedi.activitypub.keyring import FoundKey
from fedi.activitypub.processing import process_due
from fedi.activitypub.protocol import documents, keys, origins, signatures
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.errors import BadDocument, Conflict, Gone, NotFound, Refused, TooLarge
from fedi.services import actors, domains, hosts, inbox, instance

log = logging.getLogger(__name__)

failpoints.declare("inbox.receive.before_commit", "inbox.receive.after_commit")
MAX_BYTES = 1 << 20
MAX_ID = 2048
JSON_TYPES = {"application/activity+json", "application/ld+json", "application/json", ""}
ACCEPTED = (202, "")
__all__ = ["accept", "process_due", "verified"]


@dataclass(frozen=True)
class Database:
    """How the caller runs database work off its event loop: the functions of `fedi.web.database`."""

    reading: Callable[..., Awaitable[Any]]
    thread: Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Arrived:
    """An activity whose signature is good; the signer is the actor of `found`."""

    activity: Mapping[str, Any]
    body: bytes
    found: FoundKey


async def accept(
    request: Request, recipient: str | None, database: Database, *, admit: Callable[[str], object] = lambda _host: None
) -> tuple[int, str]:
    """(status, text) for a POST to an inbox: the personal one of `recipient`, or (None) the shared one.

    Raises what the web turns into 400, 401, 403, 404, 410, 413, 429 and 503.
    """
    recipient_id = await database.reading(_recipient, recipient) if recipient is not None else None
    body = request.body or b""
    if len(body) > MAX_BYTES:
        raise TooLarge("an activity is at most 1 MB")
    if content_type(request) not in JSON_TYPES:
        return 415, "an inbox takes application/activity+json"
    activity = documents.loads(body, max_bytes=MAX_BYTES) if body.strip() else None
    if isinstance(activity, Mapping) and await _is_farewell_of_nobody(activity, database):
        return ACCEPTED
    found = await verified(request, database)
    await database.reading(_check_allowed, found.actor_uri)
    admit(urls.host_of(found.actor_uri))
    if not isinstance(activity, Mapping) or not documents.kind(activity):
        return ACCEPTED  # signed, and nothing in it: Mastodon says the same
    if is_forwarded(activity, found.actor_uri):
        return ACCEPTED
    origins_checked(activity, found.actor_uri)
    await database.thread(_keep, Arrived(activity, body, found), recipient_id)
    return ACCEPTED


def content_type(request: Request) -> str:
    return (request.get("content-type") or "").partition(";")[0].strip().lower()


async def verified(request: Request, database: Database) -> FoundKey:
    """The key that made the request's signature. Raises SignatureError, Refused, Unreachable, TooMany.

    A known key that does not fit is asked for anew once, as it may have been replaced.
    """
    signature = signatures.parse(request)
    await database.reading(_check_allowed, signature.key_id)
    found: FoundKey | None = await database.reading(keyring.known, signature.key_id)
    if found is not None:
        try:
            signatures.verify(signature, keys.load_public(found.pem))
            return found
        except (SignatureError, BadDocument) as error:
            if urls.is_local(found.actor_uri):
                raise SignatureError(str(error)) from None
            before = found.pem
            found = await keyring.fetched(signature.key_id)
            if found.pem == before:
                raise SignatureError(str(error)) from None
    else:
        found = await keyring.fetched(signature.key_id)
    try:
        signatures.verify(signature, keys.load_public(found.pem))
    except BadDocument as error:
        raise SignatureError(str(error)) from None
    return found


def is_forwarded(activity: Mapping[str, Any], signer: str) -> bool:
    """Whether the signer passes on what another actor wrote, with that one's own LD `signature` or FEP-8b32 `proof`.

    Neither is verified here, so nothing of it is kept; a refusal would make a Mastodon that forwards replies try again.
    """
    actor = documents.one_id(activity.get("actor"))
    if actor is None or actor == signer:
        return False
    return any(
        isinstance(each, Mapping) for name in ("signature", "proof") for each in documents.as_list(activity.get(name))
    )


def origins_checked(activity: Mapping[str, Any], signer: str) -> None:
    """Raises SignatureError (401) when the signer is not the actor, BadDocument when the id is of another server."""
    actor = documents.one_id(activity.get("actor"))
    if actor is not None and actor != signer:
        raise SignatureError("the activity is of another actor than the one who signed it")
    if actor is None and activity.get("actor") is not None:
        raise BadDocument("the activity's actor is no id")
    identifier = activity.get("id")
    if isinstance(identifier, str) and len(identifier) > MAX_ID:
        raise BadDocument("the activity's id is too long")
    origins.check_activity(activity, signer)


def _recipient(session: Session, name: str) -> int:
    """The actor of a personal inbox ('' for the instance's). Raises NotFound or Gone."""
    if name == "":
        return instance.instance_actor(session).id
    actor = actors.published(session, name)
    if actor is None:
        if actors.is_gone(session, name):
            raise Gone(f"{name} is gone")
        raise NotFound(f"there is no {name} here")
    return actor.id


async def _is_farewell_of_nobody(activity: Mapping[str, Any], database: Database) -> bool:
    """Whether it is the Delete or Update of an actor by itself that we do not know: nothing to check, nothing to do."""
    if documents.kind(activity) not in {"Delete", "Update"}:
        return False
    actor = documents.one_id(activity.get("actor"))
    if actor is None or actor != documents.one_id(activity.get("object")):
        return False
    return not await database.reading(_is_known, actor)


def _is_known(session: Session, uri: str) -> bool:
    return actors.by_uri(session, uri) is not None


def _check_allowed(session: Session, uri: str) -> None:
    host = urls.host_of(uri if "://" in uri else f"https://{uri.partition('@')[2]}")
    if not domains.may_federate(session, host):
        raise Refused(f"{host} is blocked here")


def _keep(arrived: Arrived, recipient_id: int | None) -> None:
    with db.writing("inbox.receive") as session:
        _store(session, arrived, recipient_id)


def _store(session: Session, arrived: Arrived, recipient_id: int | None) -> None:
    """One row, unless the activity came before; the signer when it is new; its server lives."""
    if arrived.found.fetched is not None:
        _learn(session, arrived.found)
    signer = arrived.found.actor_uri
    hosts.heard_from(session, urls.host_of(signer))
    activity = arrived.activity
    identifier = activity.get("id")
    kept = inbox.receive(
        session,
        actor_uri=signer,
        host=urls.host_of(signer),
        kind=documents.kind(activity)[:64],
        activity_uri=identifier if isinstance(identifier, str) else None,
        dedupe=dedupe_key(activity, signer),
        recipient_id=recipient_id,
        body=arrived.body,
    )
    if kept:
        work.wake(session, "federation.process")


def _learn(session: Session, found: FoundKey) -> None:
    """Keep the signer and its keys under the handle at its own host; WebFinger is asked when the row is processed."""
    if found.fetched is None:
        return
    known = actors.by_uri(session, found.fetched.uri)
    try:
        if known is None:
            actors.store(session, found.fetched)
        else:
            actors.store_keys(session, known, found.fetched.keys)
    except Conflict as error:
        log.info("%s is not kept yet: %s", found.fetched.uri, error)


def dedupe_key(activity: Mapping[str, Any], actor_uri: str) -> str | None:
    """What makes an activity the same: actor and id, and for an Update its object's `updated` and bytes.

    GoToSocial sends every edit under one id; Mastodon's Add and Remove have none and are never taken for repeats.
    """
    identifier = activity.get("id")
    if not isinstance(identifier, str) or not identifier:
        return None
    said = [actor_uri, identifier]
    if documents.kind(activity) == "Update":
        changed = activity.get("object")
        said.append(str(changed.get("updated", "")) if isinstance(changed, Mapping) else "")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
