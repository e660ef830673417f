"""Forms with files: streamed to disk in slices of any size, refused in the middle, and gone at the end."""

import pytest
from quart import Quart

from fedi import files
from fedi.errors import TooLarge
from fedi.web import multipart

BOUNDARY = "xYz"
HEAD = f"multipart/form-data; boundary={BOUNDARY}"


def body(*parts):
    out = b""
    for name, filename, data in parts:
        file = f'; filename="{filename}"' if filename else ""
        out += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()


async def receive(chunks, limit=1 << 26):
    """The form of a request whose body comes in these chunks: (fields, {file name: bytes})."""
    app = Quart("test")
    async with app.test_request_context("/", method="POST", headers={"Content-Type": HEAD}) as context:
        for chunk in chunks:
            context.request.body.append(chunk)
        context.request.body.set_complete()
        async with multipart.receive(limit) as form:
            return form.fields, {name: upload.path.read_bytes() for name, upload in form.files.items()}


def left():
    return list(files.folder("tmp").iterdir())


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
async def test_chunks_of_any_size(instance, size):
    data = bytes(range(256)) * (40 if size < 100 else 20_000)
    whole = body(("description", "", "ö".encode()), ("file", "a.png", data), ("focus", "", b"0,0"))
    fields, found = await receive(whole[at : at + size] for at in range(0, len(whole), size))
    assert fields == [("description", "ö"), ("focus", "0,0")]
    assert found == {"file": data}
    assert left() == []


async def test_over_the_limit(instance):
    with pytest.raises(TooLarge):
        await receive([body(("file", "a", b"x" * 100_000))], limit=50_000)
    assert left() == []


async def test_a_field_over_the_limit(instance):
    with pytest.raises(TooLarge):
        await receive([body(("status", "", b"x" * (multipart.MAX_FIELD_BYTES + 1)))])


@pytest.mark.parametrize(
    "raw", [b"", b"--xYz", b"nothing", body(("file", "a", b"x"))[:-12], b"--xYz\r\n\r\n\r\n--xYz--"]
)
async def test_broken_forms(instance, raw):
    with pytest.raises(multipart.BadForm):
        await receive([raw])
    assert left() == []


async def test_a_field_that_is_no_text(instance):
    with pytest.raises(multipart.BadForm):
        await receive([body(("status", "", b"\xff\xfe"))])
