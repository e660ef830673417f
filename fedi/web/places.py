"""What an address leads to, as far as a crawler is concerned: the kind of thing, and whose it is."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TERMS = "terms"  # said to machines, and so always readable
    PAGE = "page"
    OBJECT = "object"  # ActivityStreams
    PICTURE = "picture"
    FEED = "feed"
    API = "api"


@dataclass(frozen=True)
class Place:
    """`artist` is the name of ours below whose address it lies, '' for none; `elsewhere`: made on another server.
    `trees` are the paths whose terms may be its own, the nearest first, as `artist_terms.different` writes them.
    `picture` is the key of one of our pictures.
    """

    kind: Kind
    artist: str = ""
    elsewhere: bool = False
    trees: tuple[str, ...] = ()
    picture: str = ""

    @property
    def subject(self) -> str:
        """What tells whose it is: the artist's name, the key of a picture, or ''."""
        return self.artist or self.picture


_TERMS = {"/robots.txt", "/ai.txt", "/rsl.xml", "/terms", "/about", "/ns", "/health", "/ready", "/favicon.ico"}
_TERMS_BELOW = ("/.well-known/", "/nodeinfo/", "/static/", "/policies/")
_LICENCE = re.compile(r"/@[^/@]+/(?:licence/?|policies/.*)", re.DOTALL)
_OURS = re.compile(r"/(?:@|users/)([A-Za-z0-9_.-]{1,40})(?:/.*)?", re.DOTALL)
MAX_KEY = 255
DEPTH = 6  # terms lie no deeper than /users/NAME/posts/ID
_FEED = re.compile(r"\.(?:rss|atom)$")


def find(path: str) -> Place:
    """Of a decoded path."""
    path = path.lower()
    if path in _TERMS or path.startswith(_TERMS_BELOW) or _LICENCE.fullmatch(path):
        return Place(Kind.TERMS)
    if path.startswith("/api/"):
        return Place(Kind.API)
    if path.startswith("/media/"):
        return Place(Kind.PICTURE, trees=_trees(path), picture=path[len("/media/") : MAX_KEY])
    if path.startswith("/remote/"):
        return Place(Kind.PICTURE, elsewhere=True)
    kind = Kind.PAGE if not path.startswith(("/users/", "/actor")) else Kind.OBJECT
    if _FEED.search(path):
        kind, path = Kind.FEED, _FEED.sub("", path)
    if found := _OURS.fullmatch(path):
        return Place(kind, artist=found[1], trees=_trees(path))
    return Place(kind, elsewhere=path.startswith("/@"))


def _trees(path: str) -> tuple[str, ...]:
    """`/@lena/7/x` may have the terms of `/@lena/7` or `/@lena/`, `/@lena` those of `/@lena$`."""
    parts = path.split("/", DEPTH)[:DEPTH]
    found = [f"{path}$"] if len(parts) < DEPTH else []
    for length in range(len(parts), 1, -1):
        tree = "/".join(parts[:length])
        found += [tree, f"{tree}/"] if length < len(parts) else [tree]
    return tuple(found)
