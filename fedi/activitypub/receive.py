"""The inbox: from the bytes of a POST to a durable row.

`accept` checks in this order: size, JSON, signature (all that needs no key, then the key), blocks, origins, repeats. It
answers 202 only once the row is committed; `processing` takes it from there.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from fedi import db, failpoints, urls, work
from fedi.activitypub import follower_sync, keyring
from fedi.activitypub.keyring import FoundKey
from fedi.activitypub.processing import process_due
from fedi.activitypub.protocol import documents, keys, origins, proofs, signatures
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.errors import BadDocument, Conflict, FediError, Gone, NotFound, Refused, TooLarge
from fedi.gather import Gather
from fedi.models.errand import ErrandKind
from fedi.models.post import PostState
from fedi.services import actors, domains, errands, follows, hosts, inbox, instance, relays, remote_posts

log = logging.getLogger(__name__)

failpoints.declare("inbox.receive.before_commit", "inbox.receive.after_commit")
MAX_BYTES = 1 << 20
MAX_ID = 2048
JSON_TYPES = {"application/activity+json", "application/ld+json", "application/json", ""}
ACCEPTED = (202, "")
# What may be delivered as a whole, and where its items are.
COLLECTIONS = {
    "Collection": "items",
    "CollectionPage": "items",
    "OrderedCollection": "orderedItems",
    "OrderedCollectionPage": "orderedItems",
}
MAX_UNPACKED = 20
__all__ = ["accept", "process_due", "verified"]


@dataclass(frozen=True)
class Database:
    """How the caller runs database work off its event loop: the functions of `fedi.web.database`."""

    reading: Callable[..., Awaitable[Any]]
    thread: Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Arrived:
    """An activity whose signature or proof is good: `found` is the key of its actor. `sender` brought it.

    `followers` is what its actor says of its followers here.
    """

    activity: Mapping[str, Any]
    body: bytes
    found: FoundKey
    sender: str
    followers: str | None = None


async def accept(
    request: Request, recipient: str | None, database: Database, *, admit: Callable[[str], object] = lambda _host: None
) -> tuple[int, str]:
    """(status, text) for a POST to an inbox: the personal one of `recipient`, or (None) the shared one.

    Raises what the web turns into 400, 401, 403, 404, 410, 413, 429 and 503.
    """
    body = request.body or b""
    activity, signature, wrong = _read(request, body)
    farewell = _farewell(activity)
    known = await _lookups(Asked(recipient, signature.key_id if signature else None, farewell), database.thread)
    if len(body) > MAX_BYTES:
        raise TooLarge("an activity is at most 1 MB")
    if content_type(request) not in JSON_TYPES:
        return 415, "an inbox takes application/activity+json"
    if isinstance(wrong, BadDocument):
        raise wrong
    if farewell is not None and not known.farewell:
        return ACCEPTED  # of an actor that nobody knows: nothing to check, nothing to do
    if signature is None:
        raise wrong or SignatureError("the request is not signed")
    found = await _proven(signature, known)
    await _check_signer(found, signature.key_id, database)
    admit(urls.host_of(found.actor_uri))
    if not isinstance(activity, Mapping) or not documents.kind(activity):
        return ACCEPTED  # signed, and nothing in it: Mastodon says the same
    sender = urls.host_of(found.actor_uri)
    if documents.kind(activity) in COLLECTIONS:
        for number, each in enumerate(_unpacked(activity, found.actor_uri)):
            if number:  # the first is counted above
                admit(sender)
            arrived = Arrived(each, orjson.dumps(each), found, sender)
            await _kept((arrived, known.recipient_id), database.thread)
        return ACCEPTED
    relayed = is_anothers(activity, found.actor_uri) and await database.reading(relays.is_subscribed, found.actor_uri)
    if relayed and await database.thread(_wanted, activity):
        return ACCEPTED
    if relayed or is_forwarded(activity, found.actor_uri):
        by = await _prover(activity, database)
        if by is None:
            if not relayed:
                await database.thread(_hinted, activity, sender)
            return ACCEPTED
        found = by
    origins_checked(activity, found.actor_uri)
    told = request.get(follower_sync.HEADER.lower()) if sender == urls.host_of(found.actor_uri) else None
    await _kept((Arrived(activity, body, found, sender, told), known.recipient_id), database.thread)
    return ACCEPTED


def _read(request: Request, body: bytes) -> tuple[Any, signatures.Signature | None, FediError | None]:
    """The activity and the signature as far as they can be read without a key, and what is wrong with either."""
    activity, wrong = None, None
    try:
        if len(body) <= MAX_BYTES and body.strip():
            activity = documents.loads(body, max_bytes=MAX_BYTES)
        return activity, signatures.parse(request), None
    except FediError as error:
        wrong = error
    return activity, None, wrong


def content_type(request: Request) -> str:
    return (request.get("content-type") or "").partition(";")[0].strip().lower()


async def verified(request: Request, database: Database) -> FoundKey:
    """The key that made the request's signature. Raises SignatureError, Refused, Unreachable, TooMany."""
    signature = signatures.parse(request)
    return await _proven(signature, await _lookups(Asked(None, signature.key_id, None), database.thread))


async def _proven(signature: signatures.Signature, known: "Known") -> FoundKey:
    """The key that made the signature: the known one, else the one its owner shows.

    A known key that does not fit is asked for anew once, as it may have been replaced.
    """
    if known.refused:
        raise Refused(f"{_host(signature.key_id)} is blocked here")
    found = known.found
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


async def _check_signer(found: FoundKey, key_id: str, database: Database) -> None:
    """Raises Refused when the key is of an allowed host and its owner is not."""
    if _host(key_id) != urls.host_of(found.actor_uri) and await database.reading(_is_refused, found.actor_uri):
        raise Refused(f"{_host(found.actor_uri)} is blocked here")


def is_anothers(activity: Mapping[str, Any], signer: str) -> bool:
    """Whether the signer brings what another actor says."""
    return documents.one_id(activity.get("actor")) not in {None, signer}


def is_forwarded(activity: Mapping[str, Any], signer: str) -> bool:
    """Whether the signer passes on what another actor wrote, with that one's own LD `signature` or FEP-8b32 `proof`.

    Without a good proof nothing of it is believed; a refusal would make a Mastodon that forwards replies try again.
    """
    return is_anothers(activity, signer) and documents.carries_proof(activity)


def _unpacked(collection: Mapping[str, Any], signer: str) -> list[dict[str, Any]]:
    """The signer's own activities in a collection of them, the oldest first, as Mastodon takes them; no others."""
    found = []
    named = COLLECTIONS[documents.kind(collection)]
    for item in reversed(documents.as_list(collection.get(named))[:MAX_UNPACKED]):
        if not isinstance(item, Mapping) or not documents.kind(item) or documents.kind(item) in COLLECTIONS:
            continue
        try:
            origins_checked(item, signer)
        except FediError as error:
            log.info("an item of a collection by %s is left out: %s", signer[:200], error)
            continue
        found.append({"@context": collection.get("@context", documents.AS2), **item})
    return found


def _wanted(activity: Mapping[str, Any]) -> bool:
    """Whether what a relay brings is a new post, signed inside or not; it is then asked for at its own server."""
    uri, actor = documents.one_id(activity.get("object")), documents.one_id(activity.get("actor"))
    if documents.kind(activity) != "Create" or uri is None or actor is None or not origins.same_origin(uri, actor):
        return False
    with db.writing("inbox.receive") as session:
        relays.brought(session, uri)
    return True


def _hinted(activity: Mapping[str, Any], sender: str) -> None:
    """What is forwarded and not proven is only a hint: the post it is about is asked for at its own server.

    That is a post we know which was changed or deleted, or an answer to one of the server that passes it on, whose
    author somebody here follows.
    """
    uri, actor = documents.one_id(activity.get("object")), documents.one_id(activity.get("actor"))
    kind = documents.kind(activity)
    if uri is None or actor is None or urls.is_local(uri) or not origins.same_origin(uri, actor):
        return
    with db.reading() as session:
        post = remote_posts.by_id_uri(session, uri)
        if post is not None:
            wanted = kind in {"Update", "Delete"} and post.actor.uri == actor and post.state == PostState.PUBLISHED
        else:
            said = activity["object"]
            answered = documents.one_id(said.get("inReplyTo")) if isinstance(said, Mapping) else None
            parent = remote_posts.by_uri(session, answered) if answered else None
            wanted = kind == "Create" and parent is not None and parent.actor.host == sender
            wanted = wanted and parent is not None and follows.has_local_follower(session, parent.actor)
    if wanted:
        with db.writing("inbox.receive") as session:
            errands.hinted(session, ErrandKind.POST if post is None else ErrandKind.AGAIN, uri)


async def _prover(activity: Mapping[str, Any], database: Database) -> FoundKey | None:
    """The key by which the actor itself proves what another one brought (FEP-8b32); None when nothing is proven."""
    actor, proof = documents.one_id(activity.get("actor")), proofs.parse(activity)
    if actor is None or proof is None or urls.is_local(actor):
        return None
    try:
        origins.check_key(proof.method, actor, actor)
        known = await _lookups(Asked(None, proof.method, None), database.thread)
        if known.refused:
            return None
        found = known.found
        if found is None or not proofs.verify(activity, proof, keys.load_public(found.pem)):
            before, found = found, await keyring.fetched(proof.method)
            if (before and before.pem == found.pem) or not proofs.verify(activity, proof, keys.load_public(found.pem)):
                return None
        await _check_signer(found, proof.method, database)
    except FediError as error:
        log.info("the proof of %s is not known to be good: %s", actor[:200], error)
        return None
    return found if found.actor_uri == actor else None


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


def _farewell(activity: object) -> str | None:
    """The actor whose Delete or Update of itself this is."""
    if not isinstance(activity, Mapping) or documents.kind(activity) not in {"Delete", "Update"}:
        return None
    actor = documents.one_id(activity.get("actor"))
    return actor if actor is not None and actor == documents.one_id(activity.get("object")) else None


def _host(uri: str) -> str:
    return urls.host_of(uri if "://" in uri else f"https://{uri.partition('@')[2]}")


def _is_refused(session: Session, uri: str) -> bool:
    return not domains.may_federate(session, _host(uri))


# --- what the database knows, asked for many requests at once ---------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The personal inbox (None: the shared one), the key, and the actor that says farewell (None: it does not)."""

    recipient: str | None
    key_id: str | None
    farewell: str | None


@dataclass(frozen=True)
class Known:
    recipient_id: int | None
    found: FoundKey | None
    refused: bool
    farewell: bool


def _look_up(asked: Sequence[Asked]) -> list[Known | Exception]:
    """NotFound or Gone for an inbox that is none."""
    outcomes: list[Known | Exception] = []
    with db.reading() as session:
        key_ids = {each.key_id for each in asked if each.key_id}
        found = keyring.known_all(session, key_ids)
        refused = {key_id for key_id in key_ids if _is_refused(session, key_id)}
        recipients: dict[str, int] = {}
        for each in asked:
            try:
                if each.recipient is not None and each.recipient not in recipients:
                    recipients[each.recipient] = _recipient(session, each.recipient)
            except FediError as error:
                outcomes.append(error)
                continue
            outcomes.append(
                Known(
                    recipient_id=recipients[each.recipient] if each.recipient is not None else None,
                    found=found.get(each.key_id or ""),
                    refused=each.key_id in refused,
                    farewell=each.farewell is not None and actors.by_uri(session, each.farewell) is not None,
                ),
            )
    return outcomes


_lookups: Gather[Asked, Known] = Gather(_look_up)


# --- durable rows, many to a transaction ------------------------------------------------------------------------------


def _keep(arrived: Sequence[tuple[Arrived, int | None]]) -> list[Exception | None]:
    """One commit for all; when one of them is what the database does not take, each by itself."""
    if len(arrived) == 1 or not any(each.found.fetched for each, _ in arrived):
        try:
            _store(arrived)
            return [None] * len(arrived)
        except (DataError, IntegrityError) as error:
            if len(arrived) == 1:
                return [error]
    return [outcome for each in arrived for outcome in _keep([each])]


def _store(arrived: Sequence[tuple[Arrived, int | None]]) -> None:
    """A row each, unless the activity came before; the signer when it is new; its server lives."""
    with db.writing("inbox.receive") as session:
        for each, _ in arrived:
            _learn(session, each.found)
            if each.followers:
                follower_sync.heard(session, each.found.actor_uri, each.followers)
        hosts.heard_from(session, {each.sender for each, _ in arrived})
        inbox.receive(session, [_row(each, recipient_id) for each, recipient_id in arrived])
        work.wake(session, "federation.process")


def _row(arrived: Arrived, recipient_id: int | None) -> inbox.Arrival:
    signer, activity = arrived.found.actor_uri, arrived.activity
    identifier = activity.get("id")
    return inbox.Arrival(
        actor_uri=signer,
        host=urls.host_of(signer),
        kind=documents.kind(activity)[:64],
        activity_uri=identifier if isinstance(identifier, str) else None,
        dedupe=dedupe_key(activity, signer),
        recipient_id=recipient_id,
        body=arrived.body,
    )


_kept: Gather[tuple[Arrived, int | None], None] = Gather(_keep)


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
