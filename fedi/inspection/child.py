"""The reading child: `python -m fedi.inspection.child`, run by `fedi.inspection.reading` alone.

It takes the pieces from standard input, gives up everything else, and only then looks at them. What they say goes to
standard output as JSON, one answer for each piece.
"""

import codecs
import json
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from fedi.errors import BadMedia
from fedi.inspection.piece import Piece, unpack
from fedi.media import formats, metadata, sandbox
from fedi.policy.reading import (
    activitystreams,
    ai_txt,
    c2pa,
    credit_lines,
    generators,
    headers,
    html,
    parsing,
    robots,
    rsl,
    tdmrep,
    xmp,
)
from fedi.policy.reading.signal import Found, clean

MEMORY = 2 << 30
CPU_SECONDS = 15


def main() -> int:
    pieces = unpack(sys.stdin.buffer.read())
    _prepare()
    sandbox.limit(memory=MEMORY, cpu_seconds=CPU_SECONDS, file_bytes=1 << 24)
    sandbox.close_in()
    print(json.dumps([_answer(each) for each in pieces]))  # noqa: T201 - the answer to the parent
    return 0


def _prepare() -> None:
    """Load what Python would load when it first needs it: no file can be opened once the doors are closed."""
    metadata.prepare()
    for charset in parsing.CHARSETS:
        codecs.lookup(charset)
    urlsplit("https://ö.test/")  # looks the letters of a host up


def _answer(piece: Piece) -> dict[str, Any]:
    try:
        return READERS[piece.kind](piece).to_json()
    except BadMedia as error:
        return {"error": str(error)}


def _picture(piece: Piece) -> Found:
    """Raises BadMedia for what is no picture."""
    header = formats.sniff(piece.body)
    if header is None:
        raise BadMedia(f"this is no picture that can be read: it must be {formats.KNOWN}")
    inside = metadata.read(piece.body, header)
    found = Found()
    if inside.c2pa is not None:
        found.add(c2pa.read(inside.c2pa, piece.source))
    elif inside.c2pa_problem:
        found.provenance = {"state": "unreadable", "reason": clean(inside.c2pa_problem), "source": piece.source}
    for packet in inside.xmp:
        found.add(xmp.read(packet, piece.source))
    if inside.xmp_problem:
        found.say("xmp extended", "a packet that cannot be read", piece.source, note=inside.xmp_problem)
    found.add(credit_lines.iim(inside.iim, piece.source))
    found.add(credit_lines.exif(inside.exif, piece.source))
    for name, value in inside.text:
        generators.chunk(found, name, value, piece.source)
    return found


READERS: dict[str, Callable[[Piece], Found]] = {
    "html": lambda piece: html.read(piece.body, piece.source, charset=piece.charset),
    "headers": lambda piece: headers.read(piece.lines, piece.source),
    "robots": lambda piece: robots.read(piece.body, piece.source, target=piece.target),
    "tdmrep": lambda piece: tdmrep.read(piece.body, piece.source, target=piece.target),
    "ai_txt": lambda piece: ai_txt.read(piece.body, piece.source, target=piece.target),
    "rsl": lambda piece: rsl.read(piece.body, piece.source, target=piece.target),
    "activitystreams": lambda piece: activitystreams.read(piece.body, piece.source),
    "picture": _picture,
}

if __name__ == "__main__":
    sys.exit(main())
