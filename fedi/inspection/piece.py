"""A piece: bytes to be read, with what they are and where they come from, as they go to the reading child and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """`kind` names a reader; `source` is an address or a file name.

    `target` is the address that a site's file is asked about, `lines` are response headers, `charset` that of a page.
    """

    kind: str
    source: str
    body: bytes = b""
    target: str = ""
    charset: str = ""
    lines: tuple[tuple[str, str], ...] = ()


def pack(pieces: Sequence[Piece]) -> bytes:
    """A line of JSON that tells the sizes, then the bytes one after the other."""
    heads = [{**asdict(each), "body": len(each.body)} for each in pieces]
    return json.dumps(heads).encode() + b"\n" + b"".join(each.body for each in pieces)


def unpack(data: bytes) -> list[Piece]:
    """What `pack` made."""
    line, _, rest = data.partition(b"\n")
    pieces = []
    for head in json.loads(line):
        pieces.append(_piece(head, rest[: head["body"]]))
        rest = rest[head["body"] :]
    return pieces


def _piece(head: dict[str, Any], body: bytes) -> Piece:
    return Piece(**{**head, "body": body, "lines": tuple((name, value) for name, value in head["lines"])})
