"""What is written inside a picture file beside its pixels: XMP, IPTC IIM, Exif, text of PNG, C2PA. Nothing is decoded.

Only children that are locked in call it: every reader here is given bytes of strangers.
"""

import codecs
import contextlib
import hashlib
import io
import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

import c2pa
from PIL import ExifTags, Image, IptcImagePlugin

from fedi.media import containers, decoder
from fedi.media.formats import Header

MAX_TEXT = 1 << 20
MAX_CHUNKS = 1000
MAX_EXTENDED = 1 << 20
MAX_PACKETS = 50
EXIF_TAGS = (270, 305, 315, 33432)  # ImageDescription, Software, Artist, Copyright
USER_COMMENT = 37510
GIF_XMP, GIF_XMP_END = b"!\xff\x0bXMP DataXMP", b"\x01\xff\xfe\xfd"
_PART = struct.Struct(">32sII")  # of extended XMP in a JPEG
# What the readers raise for broken bytes.
BROKEN = (
    OSError, ValueError, SyntaxError, LookupError, TypeError, EOFError, MemoryError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip
# Nothing is fetched: neither a manifest that lies elsewhere nor the state of a certificate.
_SETTINGS = json.dumps({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}})


@dataclass
class Metadata:
    """`iim` is {(record, data set): values}, `exif` {tag: text}, `text` (keyword, text) of PNG chunks.

    `xmp_problem` says why an extended packet cannot be read, `c2pa_problem` the same of provenance; `c2pa` is the
    manifest store as c2pa-rs writes it.
    """

    xmp: list[bytes] = field(default_factory=list)
    xmp_problem: str = ""
    iim: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    exif: dict[int, str] = field(default_factory=dict)
    text: list[tuple[str, str]] = field(default_factory=list)
    c2pa: Any = None
    c2pa_problem: str = ""


def prepare() -> None:
    """Load what is loaded late, as no file can be opened once the doors are closed."""
    decoder.load_everything()
    for coding in ("utf-16-be", "utf-16-le", "latin-1"):
        codecs.lookup(coding)


def read(data: bytes, header: Header) -> Metadata:
    """Everything that can be read; what is broken is left out."""
    found = Metadata()
    with contextlib.suppress(*BROKEN):
        _READERS.get(header.format, _pillow)(data, header.format, found)
    _provenance(data, header, found)
    return found


def _jpeg(data: bytes, image_format: str, found: Metadata) -> None:
    """What Pillow knows, and the packets it does not: of several main ones it keeps the last."""
    _extended(data, found)
    for marker, body in containers.jpeg_segments(data):
        if marker == 0xE1 and body.startswith(containers.XMP_JPEG) and len(found.xmp) < MAX_PACKETS:
            found.xmp.append(body[len(containers.XMP_JPEG) :])
    kept = found.xmp[:]
    _pillow(data, image_format, found)
    found.xmp = list(dict.fromkeys(kept + found.xmp))


def _extended(data: bytes, found: Metadata) -> None:
    """Packets in parts (XMP specification part 3, 1.1.3.1), each under a GUID that is the MD5 of the whole.

    A part is GUID, length of the whole, its own offset, and bytes. Only what is whole and has that digest is a packet.
    Whether the main packet names the GUID is not asked: a refusal that a program forgot to point at is still one.
    """
    parts: dict[tuple[bytes, int], dict[int, bytes]] = {}
    size = 0
    for marker, body in containers.jpeg_segments(data):
        if marker != 0xE1 or not body.startswith(containers.XMP_MORE):
            continue
        rest = body[len(containers.XMP_MORE) :]
        size += len(rest)
        if len(rest) < _PART.size or size > MAX_EXTENDED:
            found.xmp_problem = "cut off, or more than is read here"
            break
        guid, length, offset = _PART.unpack_from(rest)
        parts.setdefault((guid.upper(), length), {})[offset] = rest[_PART.size :]
    for (guid, length), each in parts.items():
        packet = b"".join(each[offset] for offset in sorted(each))
        digest = hashlib.md5(packet, usedforsecurity=False).hexdigest().upper().encode()  # as the format has it
        if len(packet) == length and digest == guid and len(found.xmp) < MAX_PACKETS:
            found.xmp.append(packet)
        else:
            found.xmp_problem = "parts are missing, or were changed"


def _pillow(data: bytes, image_format: str, found: Metadata) -> None:
    """JPEG, TIFF and AVIF, whose metadata Pillow knows when it has opened them."""
    Image.MAX_IMAGE_PIXELS = None  # no pixel is decoded
    image = Image.open(io.BytesIO(data), formats=(image_format,))  # noqa: TID251 - in the sandbox
    packet = image.info.get("xmp")
    if isinstance(packet, bytes | str):
        found.xmp.append(packet.encode() if isinstance(packet, str) else packet)
    with contextlib.suppress(*BROKEN):
        _exif(image.getexif(), found)
    with contextlib.suppress(*BROKEN):
        _iim(IptcImagePlugin.getiptcinfo(image) or {}, found)


def _exif(exif: Image.Exif, found: Metadata) -> None:
    for tag in EXIF_TAGS:
        value = exif.get(tag)
        if isinstance(value, bytes | str):
            found.exif[tag] = _text(value)
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(USER_COMMENT)
    if isinstance(comment, bytes | str):
        found.exif[USER_COMMENT] = _comment(comment)


def _comment(value: bytes | str) -> str:
    """A user comment names its encoding in eight bytes; "UNICODE" has either order, and no mark of which."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    code, body = value[:8], value[8:MAX_TEXT]
    if code.startswith(b"UNICODE"):
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    return _text(body if code[:5] in {b"ASCII", b"\0\0\0\0\0"} else value)


def _iim(said: dict[Any, Any], found: Metadata) -> None:
    for number, value in list(said.items())[:MAX_CHUNKS]:
        every = value if isinstance(value, list) else [value]
        texts = [_text(each) for each in every[:50] if isinstance(each, bytes)]
        if texts and isinstance(number, tuple) and len(number) == 2:
            found.iim[number] = texts


def _webp(data: bytes, _format: str, found: Metadata) -> None:
    """The chunks of RIFF; Pillow would make room for every pixel first."""
    position = 12
    for _ in range(MAX_CHUNKS):
        if position + 8 > len(data):
            return
        kind, length = struct.unpack("<4sI", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        if kind == b"XMP ":
            found.xmp.append(body)
        elif kind == b"EXIF":
            _exif_of(body, found)
        position += 8 + length + (length & 1)


def _exif_of(body: bytes, found: Metadata) -> None:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + body.removeprefix(b"Exif\0\0"))
    _exif(exif, found)


def _gif(data: bytes, _format: str, found: Metadata) -> None:
    """The packet of a GIF stands bare in an application extension, before bytes that lead a decoder to its end."""
    start = data.find(GIF_XMP)
    end = data.find(GIF_XMP_END, start)
    if 0 <= start < end:
        found.xmp.append(data[start + len(GIF_XMP) : end])


def _png(data: bytes, _format: str, found: Metadata) -> None:
    """Text wherever it stands: exiftool writes XMP behind the pixels, and Pillow would decode those first."""
    count = 0
    for kind, body in containers.png_chunks(data):
        if kind not in {b"tEXt", b"zTXt", b"iTXt", b"eXIf"}:
            continue
        count += 1
        if count > MAX_CHUNKS:
            return
        try:
            _chunk(kind, body, found)
        except BROKEN:
            continue


def _chunk(kind: bytes, body: bytes, found: Metadata) -> None:
    if kind == b"eXIf":
        _exif_of(body, found)
        return
    keyword, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        rest = _inflated(rest[1:])
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[2]
        rest = _inflated(rest) if packed else rest
    if keyword == containers.XMP_PNG:
        if rest not in found.xmp:
            found.xmp.append(rest)
    else:
        found.text.append((_text(keyword), _text(rest)))


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, MAX_TEXT)


def _text(value: bytes | str) -> str:
    """UTF-8, or else Latin-1, which reads anything."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    try:
        return value[:MAX_TEXT].decode().strip("\0")
    except UnicodeDecodeError:
        return value[:MAX_TEXT].decode("latin-1").strip("\0")


_READERS = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "GIF": _gif}


def _provenance(data: bytes, header: Header, found: Metadata) -> None:
    try:
        context = c2pa.Context(c2pa.Settings.from_json(_SETTINGS))
        found.c2pa = json.loads(c2pa.Reader(header.mime, io.BytesIO(data), context=context).json())
    except c2pa.C2paError.ManifestNotFound:
        return
    except (c2pa.C2paError, *BROKEN) as error:
        if b"jumb" in data:  # a file that is damaged elsewhere says nothing of provenance
            found.c2pa_problem = str(error)
