"""JPEG segments and PNG chunks: writing an XMP packet in without touching a pixel, and listing what is inside."""

import struct
import zlib
from collections.abc import Iterator

from fedi.errors import BadMedia

XMP_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
XMP_PNG = b"XML:com.adobe.xmp"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def is_png(data: bytes) -> bool:
    return data.startswith(PNG_MAGIC)


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """The file with the packet inside (XMP specification part 3). Raises BadMedia for a packet over 64 kB in a JPEG."""
    return _png_with_xmp(data, packet) if is_png(data) else _jpeg_with_xmp(data, packet)


def _jpeg_with_xmp(data: bytes, packet: bytes) -> bytes:
    body = XMP_JPEG + packet
    if len(body) > 65_533:
        raise BadMedia("title and description are too long to be written into the picture")
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    position = 2
    if data[2:4] == b"\xff\xe0":  # after JFIF
        position += 2 + struct.unpack(">H", data[4:6])[0]
    return data[:position] + segment + data[position:]


def _png_with_xmp(data: bytes, packet: bytes) -> bytes:
    body = XMP_PNG + b"\0\0\0\0\0" + packet
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return data[:33] + chunk + data[33:]  # after the magic and IHDR


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, body) of each chunk; what follows IEND comes as (b'', rest)."""
    position = 8
    while position + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        yield kind, data[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IEND":
            break
    if data[position:]:
        yield b"", data[position:]


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, body) up to the first scan; what follows the last EOI comes as (0, rest)."""
    position = 2
    while position + 4 <= len(data):
        marker, length = data[position + 1], struct.unpack(">H", data[position + 2 : position + 4])[0]
        yield marker, data[position + 4 : position + 2 + length]
        position += 2 + length
        if marker == 0xDA:
            break
    end = data.rfind(b"\xff\xd9")
    if data[end + 2 :]:
        yield 0, data[end + 2 :]


def foreign(data: bytes) -> list[str]:
    """Names of everything inside that is neither picture, our XMP, nor our manifest."""
    if is_png(data):
        known = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"caBX"}
        return [
            kind.decode("latin-1") or "trailing bytes"
            for kind, body in png_chunks(data)
            if kind not in known and not (kind == b"iTXt" and body.startswith(XMP_PNG + b"\0"))
        ]
    found = []
    for marker, body in jpeg_segments(data):
        if marker == 0:
            found.append("trailing bytes")
        elif marker == 0xFE:
            found.append("comment")
        elif 0xE0 <= marker <= 0xEF and not _ours(marker, body):
            found.append(f"APP{marker - 0xE0}")
    return found


def _ours(marker: int, body: bytes) -> bool:
    return (
        (marker == 0xE0 and body.startswith(b"JFIF\0"))
        or (marker == 0xE1 and body.startswith(XMP_JPEG))
        or (marker == 0xEB and body.startswith(b"JP"))  # JUMBF: the C2PA manifest
    )


def xmp_of(data: bytes) -> bytes:
    """The XMP packet inside, or empty."""
    if is_png(data):
        for kind, body in png_chunks(data):
            if kind == b"iTXt" and body.startswith(XMP_PNG + b"\0"):
                return body[len(XMP_PNG) + 5 :]
        return b""
    for marker, body in jpeg_segments(data):
        if marker == 0xE1 and body.startswith(XMP_JPEG):
            return body[len(XMP_JPEG) :]
    return b""
