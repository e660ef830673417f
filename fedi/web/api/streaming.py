"""/api/v1/streaming: what happens, while it happens, over server-sent events and over a WebSocket.

https://docs.joinmastodon.org/methods/streaming/
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from quart import Blueprint, Response, request, websocket
from sqlalchemy.orm import Session

from fedi.errors import FediError, Unauthorized
from fedi.models.oauth import AccessToken
from fedi.services import scopes, tokens
from fedi.web import database, hub, streams
from fedi.web.api import access, lookup
from fedi.web.api.access import api_blueprint
from fedi.web.hub import Listener
from fedi.web.streams import Stream

events = api_blueprint(__name__)
sockets = Blueprint("sockets", __name__)
BASE = "/api/v1/streaming"
MISSING, INVALID = "Missing access token", "Invalid access token"
BEAT_SECONDS = 15.0
LASTS_SECONDS = 12 * 3600.0  # then the app connects anew
MAX_COMMAND = 4096
GOING_AWAY = 1001  # RFC 6455 section 7.4.1


@events.get(f"{BASE}/health")
async def health() -> Response:
    return Response("OK", content_type="text/plain; charset=utf-8")


@events.get(f"{BASE}/user")
@events.get(f"{BASE}/user/notification")
@events.get(f"{BASE}/public")
@events.get(f"{BASE}/public/local")
@events.get(f"{BASE}/public/remote")
@events.get(f"{BASE}/hashtag")
@events.get(f"{BASE}/hashtag/local")
@events.get(f"{BASE}/list")
@events.get(f"{BASE}/direct")
async def listen() -> Response:
    """The stream whose name the address is; `only_media` narrows the public ones."""
    name = request.path.rstrip("/").removeprefix(f"{BASE}/").replace("/", ":")
    if name.startswith("public") and request.args.get("only_media", "").lower() in {"1", "true", "on"}:
        name += ":media"
    row = access.token()
    stream = await database.reading(_find, row, {**request.args, "stream": name})
    listener = _listener(row)
    listener.streams.add(stream)
    await hub.hub.join(listener)
    response = Response(_events(listener), content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.timeout = None
    return response


async def _events(listener: Listener) -> AsyncIterator[bytes]:
    """A comment at once and every few seconds, so that nobody in between takes the silence for the end."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LASTS_SECONDS
    try:
        yield b":)\n"
        while loop.time() < end:
            try:
                message = await asyncio.wait_for(listener.waiting.get(), min(BEAT_SECONDS, LASTS_SECONDS))
            except TimeoutError:
                yield b":thump\n"
                continue
            if message is None:
                return
            yield hub.as_event(message).encode()
    finally:
        hub.hub.leave(listener)


@sockets.websocket(BASE)
async def talk() -> Response | None:
    """One connection for many streams: `{"type": "subscribe", "stream": "hashtag", "tag": "gouache"}`."""
    offered = next(iter(websocket.requested_subprotocols), "")
    try:
        row = await database.reading(_token, access.bearer_of(websocket.headers, websocket.args) or offered)
        listener = _listener(row)
        if websocket.args.get("stream"):
            listener.streams.add(await database.reading(_find, row, websocket.args))
        await hub.hub.join(listener)
    except FediError as error:
        return _refused(error)
    tasks: list[asyncio.Task[None]] = []
    try:
        await websocket.accept(subprotocol=offered or None)
        tasks += [asyncio.create_task(_send(listener)), asyncio.create_task(_hear(listener, row))]
        await asyncio.wait(tasks, timeout=LASTS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.hub.leave(listener)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await websocket.close(GOING_AWAY)
    return None


async def _send(listener: Listener) -> None:
    while (message := await listener.waiting.get()) is not None:
        await websocket.send(hub.as_frame(message))


async def _hear(listener: Listener, row: AccessToken) -> None:
    while True:
        text = await websocket.receive()
        try:
            await _obey(listener, row, _command(text))
        except FediError as error:
            await websocket.send(json.dumps({"error": str(error), "status": error.status}))


def _command(text: str | bytes) -> Mapping[str, str]:
    """What a client says; nonsense says nothing (as in Mastodon)."""
    try:
        said = json.loads(text) if len(text) <= MAX_COMMAND else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: str(value) for key, value in said.items() if isinstance(value, str | int)}


async def _obey(listener: Listener, row: AccessToken, command: Mapping[str, str]) -> None:
    kind = command.get("type")
    if kind not in {"subscribe", "unsubscribe"}:
        return
    stream = await database.reading(_find, row, command)
    if kind == "unsubscribe":
        listener.streams.discard(stream)
    elif len(listener.streams) < hub.MAX_STREAMS:
        listener.streams.add(stream)


def _find(session: Session, row: AccessToken, given: Mapping[str, str]) -> Stream:
    return streams.find(
        session,
        lookup.me(session, row.account_id or 0),
        row.scopes.split(),
        given.get("stream", ""),
        tag=given.get("tag", ""),
        list_id=given.get("list", ""),
    )


def _token(session: Session, text: str) -> AccessToken:
    """Raises Unauthorized in Mastodon's words."""
    if not text:
        raise Unauthorized(MISSING)
    row = tokens.find(session, text)
    if row is None or row.account is None or not row.account.active:
        raise Unauthorized(INVALID)
    return row


def _listener(row: AccessToken) -> Listener:
    account = row.account
    if account is None:
        raise Unauthorized(INVALID)
    notified = scopes.covers(row.scopes.split(), "read:notifications")
    return Listener(account.id, account.actor_id, row.id, notified)


def _refused(error: FediError) -> Response:
    body = json.dumps({"error": str(error)})
    return Response(body, error.status, content_type="application/json; charset=utf-8")
