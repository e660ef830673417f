"""Public answers kept in memory for exactly as long as the database stands still.

When an artist posts, every server of her followers reads her document, her post and her WebFinger within a minute.
What an answer depends on is in the database (and in settings, which a process reads once), so an answer is the same
until somebody commits: `db.version()` says so without a list of what depends on what, across processes. What the time
alone changes is at most `SECONDS` old.

Only what says `Cache-Control: public` itself is kept, and only for requests that carry nobody's name (no cookie, token
or signature) and ask for no part and no condition (RFC 9111 sections 3 and 4).
"""

import sqlite3
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from fedi.web import database
from fedi.web.asgi import App, Message, Receive, Scope, Send

SECONDS = 5.0
MAX_BODY = 64 * 1024
MAX_BYTES = 16 * 1024 * 1024
MAX_KEY = 2048
# A request with one of these is somebody's own, or asks for something else than the whole answer.
PERSONAL = {b"cookie", b"authorization", b"signature", b"signature-input", b"range", b"x-request-id"}
CONDITIONS = b"if-"
# What else an answer may depend on, by its `Vary`.
VARYING = (b"host", b"accept", b"origin")
KNOWN_VARY = {*VARYING, *PERSONAL}

Headers = Iterable[tuple[bytes, bytes]]
Key = tuple[bytes, ...]


@dataclass(frozen=True)
class Kept:
    """An answer, the state of the database it was read from, and when (seconds, monotonic)."""

    version: object
    since: float
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Cache:
    """An ASGI app before the app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        try:
            version = await database.version()
        except (SQLAlchemyError, sqlite3.Error):
            await self._app(scope, receive, send)  # the app says what there is to say without a database
            return
        kept = self._kept.get(key)
        now = time.monotonic()
        if kept is not None and kept.version == version and now - kept.since < SECONDS:
            await send({"type": "http.response.start", "status": 200, "headers": [*kept.headers, _request_id()]})
            await send({"type": "http.response.body", "body": kept.body, "more_body": False})
            return
        heard = Heard(send)
        await self._app(scope, receive, heard)
        self._forget(key)
        if heard.keepable:
            self._keep(key, Kept(version, now, heard.headers, b"".join(heard.parts)))

    def _forget(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        self._bytes -= _size(key, old) if old else 0

    def _keep(self, key: Key, answer: Kept) -> None:
        self._kept[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > MAX_BYTES:
            self._forget(next(iter(self._kept)))


class Heard:
    """The answer of the app on its way to the client, and whether it may be kept."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.keepable = False
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []
        self._size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.headers = [(name.lower(), value) for name, value in message["headers"]]
            self.keepable = message["status"] == 200 and may_be_kept(self.headers)
            self.headers = [(name, value) for name, value in self.headers if name != b"x-request-id"]
        elif message["type"] == "http.response.body" and self.keepable:
            self.parts.append(message.get("body", b""))
            self._size += len(self.parts[-1])
            if self._size > MAX_BODY:
                self.keepable, self.parts = False, []
        await self._send(message)


def key_of(scope: Scope) -> Key | None:
    """What tells this request's answer from others', None for a request whose answer is never kept."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    varying = dict.fromkeys(VARYING, b"")
    for name, value in scope["headers"]:
        if name in PERSONAL or name.startswith(CONDITIONS):
            return None
        if name in varying:
            varying[name] = value
    key = (scope.get("raw_path") or scope["path"].encode(), scope["query_string"], *varying.values())
    return key if sum(map(len, key)) <= MAX_KEY else None


def may_be_kept(headers: Headers) -> bool:
    """Whether the view said that anybody may have this answer, and it depends on nothing but the key."""
    public = own = False
    for name, value in headers:
        if name == b"cache-control":
            public = b"public" in value
        elif name == b"vary":
            own = own or not {part.strip().lower() for part in value.split(b",")} <= KNOWN_VARY
        elif name in {b"set-cookie", b"x-ratelimit-remaining"}:
            own = True
    return public and not own


def _size(key: Key, answer: Kept) -> int:
    """Bytes, about."""
    said = sum(len(name) + len(value) for name, value in answer.headers)
    return sum(map(len, key)) + said + len(answer.body)


def _request_id() -> tuple[bytes, bytes]:
    return b"x-request-id", uuid.uuid4().hex.encode()
