"""The keys that verify what comes in: from the database, else fetched once from their owner.

A fetch happens before anything is proven, so it is rationed: one fetch at a time for a key (others wait for it), a
memory of keys that could not be had, and a budget per host of the key. A failing host never blocks another one.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fedi import config, db, urls
from fedi.activitypub import fetch
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import shapes
from fedi.activitypub.protocol import documents, origins, webfinger
from fedi.activitypub.protocol.requests import SignatureError
from fedi.activitypub.rations import Ration
from fedi.errors import BadDocument, FediError, TooMany, Unreachable
from fedi.models.actor import Actor, ActorKey
from fedi.services import actors
from fedi.services.actors import RemoteActor, RemoteKey

FETCHES_PER_HOST, WINDOW = 60, 60.0
FORGET_AFTER = 60.0
MAX_KEPT = 10_000


@dataclass(frozen=True)
class FoundKey:
    """A public key (PEM), the actor it speaks for, and what was fetched when it was not in the database."""

    pem: str
    actor_uri: str
    fetched: RemoteActor | None = None


_refused: OrderedDict[str, tuple[float, FediError]] = OrderedDict()
_ration = Ration(WINDOW)
_flights: dict[tuple[int, str], asyncio.Future[FoundKey]] = {}


def forget() -> None:
    """Forget refusals and budgets (between tests)."""
    _refused.clear()
    _ration.forget()


def known_all(session: Session, key_ids: Collection[str]) -> dict[str, FoundKey]:
    """The keys from the database, by the ids asked for; those that are not there are left out."""
    rows = db.ask(session, _NAMED, uris=sorted(key_ids)).all()
    found = {row[2]: FoundKey(row[0], row[1]) for row in rows}
    for key_id in set(key_ids) - set(found):
        if (other := _of_actor(session, key_id)) is not None:
            found[key_id] = other
    return found


_KEYS = select(ActorKey.public, Actor.uri, ActorKey.uri).join(Actor, Actor.id == ActorKey.actor_id)
_NAMED = _KEYS.where(ActorKey.uri.in_(bindparam("uris", expanding=True)))


def _of_actor(session: Session, key_id: str) -> FoundKey | None:
    """An actor's id, or `acct:name@host`, means that actor's first key."""
    named = actors.by_handle(session, key_id) if key_id.startswith("acct:") else None
    owner = Actor.id == named.id if named is not None else Actor.uri == key_id
    row = session.execute(_KEYS.where(owner).order_by(ActorKey.algorithm.desc(), ActorKey.id).limit(1)).first()
    return FoundKey(row[0], row[1]) if row is not None else None


async def fetched(key_id: str) -> FoundKey:
    """The key from its owner's server. Raises SignatureError (401), Unreachable (503), TooMany (429)."""
    _check_remembered(key_id)
    flight = (id(asyncio.get_running_loop()), key_id)
    running = _flights.get(flight)
    if running is not None:
        return await asyncio.shield(running)
    made: asyncio.Future[FoundKey] = asyncio.get_running_loop().create_future()
    _flights[flight] = made
    try:
        found = await _fetch(key_id)
    except FediError as error:
        _remember(key_id, error)
        made.set_exception(error)
        made.exception()  # nobody may wait for it
        raise
    except BaseException:
        made.cancel()
        raise
    finally:
        del _flights[flight]
    made.set_result(found)
    return found


def forget_key(key_id: str) -> None:
    """A refusal is over (the actor was updated)."""
    _refused.pop(key_id, None)


async def _fetch(key_id: str) -> FoundKey:
    address = await _address(key_id)
    if urls.is_local(address) or urls.host_of(address) == config.settings().host.lower():
        raise SignatureError("the key claims to be ours")
    _spend(urls.host_of(address))
    try:
        document = await _document(address)
        if actor_object.KINDS & set(documents.types(document)):
            return _choose(document, key_id, address)
        return await _by_owner(document, key_id, address)
    except Unreachable as error:
        raise Unreachable(f"the key's server cannot be asked: {error}", retry_after=60) from None
    except SignatureError:
        raise
    except FediError as error:
        raise SignatureError(f"the key {key_id[:200]} cannot be had: {error}") from None


async def _address(key_id: str) -> str:
    """Where the key lies: a key id is an address, or the old form `acct:name@host`."""
    if key_id.startswith("acct:"):
        handle = webfinger.parse_handle(key_id)
        if handle is None:
            raise SignatureError("the key id is no handle")
        _spend(urls.host_of(f"https://{handle.domain}"))
        try:
            _, uri = await fetch.look_up(handle)
        except Unreachable:
            raise
        except FediError as error:
            raise SignatureError(f"the key {key_id[:200]} cannot be had: {error}") from None
        return uri
    if not shapes.is_web_url(key_id.partition("#")[0]):
        raise SignatureError("the key id is no address")
    return key_id.partition("#")[0]


async def _document(address: str) -> dict[str, Any]:
    """A key's document may be an actor, or a key of its own whose id is the address."""
    return await fetch.document(address)


async def _by_owner(document: Mapping[str, Any], key_id: str, address: str) -> FoundKey:
    """A key that is a document of its own: its owner must list it (FEP-fe34), or be a stub beside it."""
    inner = document.get("publicKey")
    said = inner if isinstance(inner, Mapping) else document
    owner = documents.one_id(said.get("owner") or said.get("controller") or document.get("owner"))
    if owner is None or not origins.same_origin(owner, address):
        raise SignatureError("the key has no owner on its server")
    return _choose(await fetch.actor_document(owner), key_id, owner)


def _choose(document: Mapping[str, Any], key_id: str, address: str) -> FoundKey:
    uri = str(document.get("id"))
    keys = actor_object.read_keys(document, uri)
    wanted = [key for key in keys if _same(key, key_id, uri)]
    if not wanted:
        raise SignatureError(f"{uri[:200]} does not list the key {key_id[:200]}")
    try:
        values = actor_object.from_document(document)
    except BadDocument as error:
        raise SignatureError(f"the actor of {address[:200]} cannot be read: {error}") from None
    return FoundKey(wanted[0].public, uri, values)


def _same(key: RemoteKey, key_id: str, actor_uri: str) -> bool:
    """The named key, or any key when only the actor is named."""
    return key_id in {key.uri, actor_uri} or key_id.startswith("acct:")


def _check_remembered(key_id: str) -> None:
    kept = _refused.get(key_id)
    if kept is not None:
        if time.monotonic() - kept[0] < FORGET_AFTER:
            raise kept[1]
        del _refused[key_id]


def _remember(key_id: str, error: FediError) -> None:
    if isinstance(error, TooMany):
        return
    _refused[key_id] = (time.monotonic(), error)
    while len(_refused) > MAX_KEPT:
        _refused.popitem(last=False)


def _spend(host: str) -> None:
    if not _ration.take(host, FETCHES_PER_HOST):
        raise TooMany(f"too many keys of {host} are asked for", retry_after=int(WINDOW))
