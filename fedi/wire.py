"""HTTP/1.1 for many small POSTs: one connection, one request at a time, bytes out and a parsed answer back (llhttp).

Knows nothing of names, addresses or who may be asked: `fedi.net` opens the connections, keeps and closes them.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httptools

from fedi.errors import TooLarge

HEAD_BYTES = 64 * 1024


class Broken(Exception):
    """The connection ended, or what came is no HTTP."""


@dataclass(frozen=True)
class Answer:
    """Status, header lines as they came, body."""

    status: int
    lines: tuple[tuple[str, str], ...]
    body: bytes


def post(target: str, headers: dict[str, str], body: bytes) -> bytes:
    """A request as bytes. Raises Broken for a header that would be more than one line, or is none."""
    lines = [f"POST {target} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in headers.items())]
    head = f"{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    if head.count("\n") != len(headers) + 3 or head.count("\r") != len(headers) + 3 or "\0" in head:
        raise Broken("a header holds a line break")
    try:
        return head.encode("latin-1") + body
    except UnicodeEncodeError:
        raise Broken("a header holds characters that no header may hold") from None


class Connection(asyncio.Protocol):
    """Answers to one request after the other. `usable` says whether another may follow."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: Any = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.usable = False
        self.idle_since = 0.0

    async def exchange(self, request: bytes, *, max_bytes: int, silence: float, total: float) -> Answer:
        """Send a request and wait for its answer.

        Raises Broken, TooLarge (more than `max_bytes`), TimeoutError (nothing for `silence` seconds, or not all
        within `total`).
        """
        self._begin(max_bytes)
        self._silence, self._heard = silence, self._loop.time()
        self._ends = self._heard + total
        self._timer = self._loop.call_at(self._heard + min(silence, total), self._look)
        waiting: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting = waiting
        self._transport.write(request)
        try:
            return await waiting
        finally:
            self._timer.cancel()
            self._waiting = None
            if not waiting.done() or waiting.cancelled() or waiting.exception() is not None:
                self.close()

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def _begin(self, max_bytes: int) -> None:
        self.usable = False
        self._most, self._size, self._read_head = max_bytes, 0, False
        self._lines: list[tuple[str, str]] = []
        self._parts: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    def _look(self) -> None:
        """Whether it was silent too long, or all took too long; looked at no more often than needed."""
        next_ = min(self._heard + self._silence, self._ends)
        if next_ <= self._loop.time():
            self._fail(TimeoutError())
        else:
            self._timer = self._loop.call_at(next_, self._look)

    def _fail(self, error: Exception) -> None:
        self.usable = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.usable = True

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done():  # nobody asked
            self.close()
            return
        self._heard = self._loop.time()
        if not self._read_head:
            self._size += len(data)
            if self._size > HEAD_BYTES + self._most:
                self._fail(TooLarge("the answer is too large"))
                return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(Broken(str(error) or type(error).__name__))

    def connection_lost(self, error: Exception | None) -> None:
        """What has no length ends with the connection (RFC 9112 section 6.3); all else is broken off."""
        if error is None and self._waiting is not None and self._read_head and not self._sized:
            self._done()
        self._fail(Broken(str(error) if error else "the server closed the connection"))

    # --- httptools

    def on_message_begin(self) -> None:
        if self._waiting is None or self._waiting.done():  # a second answer to one question
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._read_head:  # a trailer: nobody asks for it, and there may be no end of them
            self._grow(len(name) + len(value))
        else:
            self._lines.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() < 200:  # 100 Continue, 103: the answer is still to come
            return
        self._read_head, self._size = True, 0
        names = {name.lower() for name, _ in self._lines}
        self._keep = self._parser.should_keep_alive()
        self._sized = bool({"content-length", "transfer-encoding"} & names)

    def on_body(self, part: bytes) -> None:
        if self._grow(len(part)):
            self._parts.append(part)

    def _grow(self, size: int) -> bool:
        """Count what follows the head; whether it may be as much."""
        self._size += size
        if self._size > self._most:
            self._fail(TooLarge("the answer is too large"))
        return self._size <= self._most

    def on_message_complete(self) -> None:
        if self._read_head:
            self._done()
        else:
            self._lines = []

    def _done(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self.usable = self._keep and not self._transport.is_closing()
            self._waiting.set_result(
                Answer(self._parser.get_status_code(), tuple(self._lines), b"".join(self._parts)),
            )
