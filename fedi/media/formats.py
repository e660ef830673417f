"""What a file is, by its content, and how large its picture claims to be: read from the header, nothing decoded.

Every reader here takes a bounded number of steps in plain Python, so that a hostile header costs nothing.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fedi.errors import BadMedia

KNOWN = "JPEG, PNG, WebP, AVIF, GIF or TIFF"
MAX_SIDE = 65_535
# Blocks walked before a file counts as hostile; a 64 MB GIF of full blocks has 260,000.
MAX_STEPS = 400_000
_GIF_BLOCK = re.compile(rb"[!,;]")


@dataclass(frozen=True)
class Header:
    """`format` is Pillow's name; `frames` counts the pictures of an animation."""

    format: str
    mime: str
    width: int
    height: int
    frames: int
    size: int

    @property
    def pixels(self) -> int:
        return self.width * self.height * self.frames


def read_header(path: Path, *, max_bytes: int, max_pixels: int) -> Header:
    """Raises BadMedia with a sentence for the artist: no picture, empty, too many bytes, or too many pixels."""
    size = path.stat().st_size
    if size == 0:
        raise BadMedia("the file is empty")
    if size > max_bytes:
        raise BadMedia(f"the file has {_megabytes(size)}, the most taken here is {_megabytes(max_bytes)}")
    data = path.read_bytes()
    header = sniff(data)
    if header is None:
        raise BadMedia(f"this is no picture that can be read: it must be {KNOWN}")
    if not (0 < header.width <= MAX_SIDE and 0 < header.height <= MAX_SIDE):
        raise BadMedia(f"its header says {header.width} x {header.height} pixels, which is no picture")
    if header.pixels > max_pixels:
        frames = f" x {header.frames} frames" if header.frames > 1 else ""
        raise BadMedia(
            f"it has {header.width} x {header.height}{frames} pixels, "
            f"the most taken here is {max_pixels / 1_000_000:.0f} million in all",
        )
    return header


def _megabytes(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB"


def sniff(data: bytes) -> Header | None:
    """The header of a picture, None for what is none. Raises BadMedia for a damaged one."""
    try:
        for magic, read in _READERS:
            if magic(data):
                return read(data)
    except (struct.error, IndexError, ValueError):
        raise BadMedia("the file is damaged: its header cannot be read") from None
    return None


def _jpeg(data: bytes) -> Header:
    for marker, segment in _jpeg_segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", segment[1:5])
            return Header("JPEG", "image/jpeg", width, height, 1, len(data))
    raise ValueError


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 2
    for _ in range(MAX_STEPS):
        if position + 4 > len(data) or data[position] != 0xFF:
            raise ValueError
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in {0x01, *range(0xD0, 0xD9)}:
            position += 2
            continue
        length = struct.unpack(">H", data[position + 2 : position + 4])[0]
        yield marker, data[position + 4 : position + 2 + length]
        if marker == 0xDA:
            return
        position += 2 + length
    raise ValueError


def _png(data: bytes) -> Header:
    width, height = struct.unpack(">II", data[16:24])
    frames, position = 1, 8
    for _ in range(MAX_STEPS):
        if position + 8 > len(data):
            break
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        if kind == b"acTL":
            frames = max(1, struct.unpack(">I", data[position + 8 : position + 12])[0])
        if kind in {b"IDAT", b"IEND"}:
            break
        position += 12 + length
    return Header("PNG", "image/png", width, height, frames, len(data))


def _gif(data: bytes) -> Header:
    """The screen, grown by frames that reach beyond it; junk between blocks is skipped, as decoders do."""
    width, height, flags = struct.unpack("<HHB", data[6:11])
    position = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    frames = steps = 0
    while (found := _GIF_BLOCK.search(data, position)) and found.group() != b";":
        position = found.start()
        if found.group() == b"!":
            position, taken = _gif_blocks(data, position + 2)
        else:
            frames += 1
            left, top, wide, high, local = struct.unpack("<HHHHB", data[position + 1 : position + 10])
            width, height = max(width, left + wide), max(height, top + high)
            position, taken = _gif_blocks(data, position + 11 + (3 << ((local & 7) + 1) if local & 0x80 else 0))
        steps += taken
        if steps > MAX_STEPS:
            raise ValueError
    return Header("GIF", "image/gif", width, height, max(frames, 1), len(data))


def _gif_blocks(data: bytes, position: int) -> tuple[int, int]:
    """(position after the empty block that ends a row of blocks, blocks walked)."""
    for taken in range(1, MAX_STEPS):
        size = data[position]
        position += size + 1
        if not size:
            return position, taken
    raise ValueError


def _webp(data: bytes) -> Header:
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("WEBP", "image/webp", width, height, _webp_frames(data), len(data))
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Header("WEBP", "image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 1, len(data))
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return Header("WEBP", "image/webp", width & 0x3FFF, height & 0x3FFF, 1, len(data))
    raise ValueError


def _webp_frames(data: bytes) -> int:
    frames, position = 0, 12
    for _ in range(MAX_STEPS):
        if position + 8 > len(data):
            return max(frames, 1)
        kind, length = struct.unpack("<4sI", data[position : position + 8])
        frames += kind == b"ANMF"
        position += 8 + length + (length & 1)
    raise ValueError


def _avif(data: bytes) -> Header:
    """The largest `ispe` of the `meta` box (grids list their tiles too); sequences count `stsz` samples."""
    width = height = 0
    head = data[: 1 << 20]
    position = head.find(b"ispe")
    while position != -1:
        wide, high = struct.unpack(">II", head[position + 8 : position + 16])
        if wide * high > width * height:
            width, height = wide, high
        position = head.find(b"ispe", position + 4)
    frames = 1
    if data[8:12] == b"avis" and (at := head.find(b"stsz")) != -1:
        frames = max(1, struct.unpack(">I", head[at + 12 : at + 16])[0])
    if not width:
        raise ValueError
    return Header("AVIF", "image/avif", width, height, frames, len(data))


def _tiff(data: bytes) -> Header:
    order = "<" if data[:2] == b"II" else ">"
    offset = struct.unpack(order + "I", data[4:8])[0]
    count = struct.unpack(order + "H", data[offset : offset + 2])[0]
    values: dict[int, int] = {}
    for index in range(count):
        at = offset + 2 + index * 12
        tag, kind = struct.unpack(order + "HH", data[at : at + 4])
        if tag in {256, 257}:
            form = "H" if kind == 3 else "I"
            values[tag] = struct.unpack(order + form, data[at + 8 : at + 8 + struct.calcsize(form)])[0]
    return Header("TIFF", "image/tiff", values[256], values[257], 1, len(data)) if len(values) == 2 else _bad()


def _bad() -> Header:
    raise ValueError


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Header]], ...] = (
    (lambda data: data[:3] == b"\xff\xd8\xff", _jpeg),
    (lambda data: data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR", _png),
    (lambda data: data[:6] in {b"GIF87a", b"GIF89a"}, _gif),
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    (lambda data: data[4:8] == b"ftyp" and (b"avif" in data[8:32] or b"avis" in data[8:32]), _avif),
    (lambda data: data[:4] in {b"II*\0", b"MM\0*"}, _tiff),
)
