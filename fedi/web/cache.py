"""Public answers kept in memory for exactly as long as the database stands still.

When an artist posts, every server of her followers reads her document, her post and her WebFinger within a minute
(`web.memory` says how long an answer holds).

Only what says `Cache-Control: public` itself is kept, and only for requests that carry nobody's name (no cookie, token
or signature) and ask for no part and no condition (RFC 9111 sections 3 and 4).
"""

import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from fedi.web import database
from fedi.web.asgi import App, Message, Receive, Scope, Send
from fedi.web.memory import Memory

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
    """An answer without the id of its request."""

    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes, about."""
        return MAX_KEY + sum(len(name) + len(value) for name, value in self.headers) + len(self.body)


class Cache:
    """An ASGI app before the app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._memory: Memory[Key, Kept] = Memory(MAX_BYTES, lambda kept: kept.size)

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
        kept = self._memory.get(key, version)
        if kept is not None:
            await send({"type": "http.response.start", "status": 200, "headers": [*kept.headers, _request_id()]})
            await send({"type": "http.response.body", "body": kept.body, "more_body": False})
            return
        heard = Heard(send)
        await self._app(scope, receive, heard)
        if heard.keepable:
            self._memory.keep(key, version, Kept(heard.headers, b"".join(heard.parts)))


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


def _request_id() -> tuple[bytes, bytes]:
    return b"x-request-id", uuid.uuid4().hex.encode()
