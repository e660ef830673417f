"""Forms with files, streamed to disk as they arrive, with the byte limit enforced while reading."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from quart import request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from fedi import files
from fedi.errors import FediError, TooLarge

MAX_FIELD_BYTES = 1 << 20
MAX_PARTS = 1000
SLICE = 1 << 16


class BadForm(FediError):
    """The body is not the form that its Content-Type says (400)."""


@dataclass(frozen=True)
class Upload:
    """One file of a form, whole, in a place of its own that ends with the request."""

    path: Path
    filename: str
    size: int


@dataclass
class Form:
    """What a form held: plain fields in order, and files by field name (the last of a name counts)."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, Upload] = field(default_factory=dict)


async def read_body(limit: int) -> bytes:
    """The whole body of a small request. Raises TooLarge as soon as it is over `limit` bytes."""
    _announced(limit)
    body = bytearray()
    async for chunk in request.body:
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"the request is over {limit} bytes")
    return bytes(body)


@asynccontextmanager
async def receive(limit: int) -> AsyncIterator[Form]:
    """The multipart form of this request; its files are removed at the end unless they were moved away.

    Raises TooLarge once more than `limit` bytes came (the announced length is refused before any is read), and BadForm.
    """
    _announced(limit)
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise BadForm("the multipart form names no boundary")
    with ExitStack() as stack:
        reader = _Reader(stack, boundary)
        received = 0
        async for chunk in request.body:
            received += len(chunk)
            if received > limit:
                raise TooLarge(f"the upload is over {limit} bytes")
            reader.feed(chunk)
        reader.end()
        yield reader.form


def _announced(limit: int) -> None:
    if (request.content_length or 0) > limit:
        raise TooLarge(f"the request is over {limit} bytes")


class _Reader:
    """Drives werkzeug's decoder, writing files as their bytes come."""

    def __init__(self, stack: ExitStack, boundary: str) -> None:
        self.form = Form()
        self._stack = stack
        self._decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), MAX_FIELD_BYTES, max_parts=MAX_PARTS)
        self._name = ""
        self._file: tuple[Path, str, BinaryIO] | None = None
        self._text = bytearray()
        self._ended = False

    def feed(self, chunk: bytes) -> None:
        """Parse what came, in slices: the decoder's own limit is for what it holds back, not for what it is given."""
        for start in range(0, len(chunk), SLICE):
            self._parse(chunk[start : start + SLICE])

    def _parse(self, chunk: bytes | None) -> None:
        if self._ended:
            return
        try:
            self._decoder.receive_data(chunk)
            while not isinstance(event := self._decoder.next_event(), NeedData):
                self._take(event)
                if isinstance(event, Epilogue):
                    self._ended = True
                    return
        except ValueError as error:
            raise BadForm(f"the multipart form cannot be read: {error}") from None

    def end(self) -> None:
        if not self._ended:
            self._parse(None)

    def _take(self, event: object) -> None:
        if isinstance(event, Field):
            self._name, self._file, self._text = event.name or "", None, bytearray()
        elif isinstance(event, File):
            path = self._stack.enter_context(files.incoming())
            self._name = event.name or ""
            self._file = (path, event.filename or "", self._stack.enter_context(path.open("wb")))
        elif isinstance(event, Data):
            self._data(event)

    def _data(self, event: Data) -> None:
        if self._file is None:
            self._text += event.data
            if len(self._text) > MAX_FIELD_BYTES:
                raise TooLarge("a field of the form is over 1 MB")
            if not event.more_data:
                self.form.fields.append((self._name, _decoded(bytes(self._text))))
            return
        path, filename, handle = self._file
        handle.write(event.data)
        if not event.more_data:
            handle.close()
            self.form.files[self._name] = Upload(path, filename, path.stat().st_size)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadForm("a field of the form is no valid UTF-8") from None
