"""Inspecting a picture file."""

from pathlib import Path

from fedi import config
from fedi.errors import BadMedia
from fedi.inspection import reading
from fedi.inspection.piece import Piece
from fedi.inspection.result import Inspection
from fedi.media import formats


def inspect(path: Path, name: str = "") -> Inspection:
    """What a file says; `name` is shown for it. Slow: it waits for a child. Raises BadMedia, OSError."""
    name = name or path.name
    formats.read_header(path, max_bytes=config.settings().media_max_bytes, max_pixels=1 << 40)  # no pixel is decoded
    found = reading.read([Piece("picture", name, path.read_bytes())])[0]
    if isinstance(found, str):
        raise BadMedia(found)
    made = Inspection(name)
    made.add("the file", name, found)
    return made
