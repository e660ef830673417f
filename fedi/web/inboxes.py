"""The inboxes over HTTP: an ASGI app before Quart, whose part would be half of what an activity costs at the door.

What Quart does for every other address is done here: the body's limits while it arrives, errors as JSON, and the
headers of the house. It comes after the gate; other methods are Quart's to refuse.
"""

import asyncio
import re

import orjson

from fedi.activitypub import context, receive
from fedi.errors import TooLarge
from fedi.web import database, errors, headers, limits
from fedi.web.asgi import App, Receive, Scope, Send, as_request, header
from fedi.web.errors import Told

BODY_SECONDS = 120
# As `/users/NAME/inbox` has it for other methods; a slash at the end is taken everywhere.
_PATH = re.compile(r"/+(?:inbox|(actor)/inbox|users/([^/]{1,60})/inbox)/?")
_database = receive.Database(database.reading, database.thread)


class Inboxes:
    """An ASGI app before the app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._house = [(name.lower().encode(), value.encode()) for name, value in headers.house().items()]

    async def __call__(self, scope: Scope, receive_: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive_, send)
            return
        try:
            told = await _accept(scope, receive_, recipient="" if found[1] else found[2])
        except ConnectionResetError:
            return
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the sender is told
            told = errors.told(error, scope["method"], scope["path"])
        await self._answer(scope, send, told)

    async def _answer(self, scope: Scope, send: Send, told: Told) -> None:
        taken = told.status == 202
        body = b"" if taken else orjson.dumps({"error": told.message})
        said = [
            (b"content-type", context.CONTENT_TYPE.encode() if taken else b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *self._house,
            (b"x-request-id", headers.request_id(header(scope, b"x-request-id")).encode("latin-1")),
        ]
        if told.retry_after is not None:
            said.append((b"retry-after", str(told.retry_after).encode()))
        await send({"type": "http.response.start", "status": told.status, "headers": said})
        await send({"type": "http.response.body", "body": body, "more_body": False})


async def _accept(scope: Scope, receive_: Receive, *, recipient: str | None) -> Told:
    """Raises ConnectionResetError when the sender went away, and what `receive.accept` raises."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(scope, receive_)
    except TimeoutError:
        return Told(408, "the activity did not arrive in time")
    return Told(*await receive.accept(as_request(scope, body), recipient, _database, admit=_admit))


def _admit(host: str) -> None:
    limits.take(limits.INBOX_HOST, host)


async def _body(scope: Scope, receive_: Receive) -> bytes:
    """The body, given up as soon as it is over the limit. Raises TooLarge, ConnectionResetError."""
    announced = header(scope, b"content-length")
    if announced.isdecimal() and int(announced[:20]) > receive.MAX_BYTES:
        raise TooLarge("an activity is at most 1 MB")
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive_()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > receive.MAX_BYTES:
            raise TooLarge("an activity is at most 1 MB")
        parts.append(part)
    return b"".join(parts)
