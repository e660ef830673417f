"""Inspecting an address: the page, its host's files for machines, its ActivityPub document, and the picture it names.

Seven requests at most (eight where a redirect leads to another host), each within limits of bytes and seconds, under
our own name and unsigned: what we are told is what any machine is told. A robots.txt that names us is obeyed.
"""

import asyncio
from urllib.parse import urljoin, urlsplit

from fedi import net
from fedi.errors import FediError, NotAllowed, NotFound, Unreachable
from fedi.inspection import reading
from fedi.inspection.piece import Piece
from fedi.inspection.result import Inspection, Look
from fedi.policy.reading import robots
from fedi.policy.reading.signal import Found, clean

AGENT = "fedi"  # how robots.txt names us
SECONDS, EACH_SECONDS = 60.0, 15.0
PICTURE_BYTES = 32 << 20
FILE_BYTES = 1 << 20
PAGE = "text/html, application/xhtml+xml, image/*;q=0.9, application/activity+json;q=0.5, */*;q=0.1"
PICTURE = "image/*, */*;q=0.1"
ACTIVITY = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_HTML = {"text/html", "application/xhtml+xml"}
_ACTIVITY = {"application/activity+json", "application/ld+json"}
_PICTURES = {"", "application/octet-stream", "binary/octet-stream"}
# Files of a site: kind of the piece, place, path.
ROBOTS = ("robots", "robots.txt", "/robots.txt")
SITE = (("tdmrep", "tdmrep.json", "/.well-known/tdmrep.json"), ("ai_txt", "ai.txt", "/ai.txt"))


async def inspect(address: str) -> Inspection:
    """What an address says. Raises Refused, Unreachable, TooLarge, NotFound, NotAllowed, BadMedia."""
    url = address.strip().partition("#")[0]
    net.check_url(url)
    try:
        async with asyncio.timeout(SECONDS):
            return await _Visit(url).walk()
    except TimeoutError:
        raise Unreachable(f"{urlsplit(url).hostname} took more than {SECONDS:.0f} seconds") from None


class _Visit:
    """One inspection on its way."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.made = Inspection(url)
        self.site: list[tuple[str, Piece]] = []  # (place, piece) of the files of the host

    async def walk(self) -> Inspection:
        first: list[tuple[str, Piece]] = []
        if await self._turned_away(await self._site_file(*ROBOTS)):
            self.made.looks.append(Look("the page", self.url, "not read: its robots.txt asks us by name to stay away"))
        else:
            first = await self._page()
        await asyncio.gather(*(self._site_file(*each) for each in SITE))
        first += self.site
        links = await self._read(first)
        second = await self._further(links, page=any(piece.kind == "html" for _, piece in first))
        await self._read([each for each in second if each is not None])
        return self.made

    async def _turned_away(self, robots_txt: net.Response | None) -> bool:
        if robots_txt is None:
            return False
        away: bool = await asyncio.to_thread(robots.turns_away, robots_txt.body, AGENT, target=self.url)
        return away

    async def _page(self) -> list[tuple[str, Piece]]:
        """The page itself; the files of its host are asked for anew where it lies on another."""
        response = await net.request(
            "GET", self.url, headers={"Accept": PAGE}, max_bytes=PICTURE_BYTES, timeout=EACH_SECONDS
        )
        _check(response)
        moved = _origin(response.url) != _origin(self.url)
        self.url = response.url
        if moved:
            self.site, self.made.looks = [], []
            await self._site_file(*ROBOTS)
        return self._pieces(response)

    def _pieces(self, response: net.Response) -> list[tuple[str, Piece]]:
        """The headers of an answer, and its body where something of ours reads it."""
        kind, _, parameters = response.content_type.partition(";")
        kind = kind.strip().lower()
        found = [("response headers", Piece("headers", response.url, lines=response.lines))]
        if kind in _HTML:
            charset = parameters.lower().partition("charset=")[2].partition(";")[0]
            found.append(("the page", Piece("html", response.url, response.body, charset=charset)))
        elif kind in _ACTIVITY:
            found.append(("ActivityPub document", Piece("activitystreams", response.url, response.body)))
        elif kind in _PICTURES or kind.startswith("image/"):
            found.append(("the picture", Piece("picture", response.url, response.body)))
        else:
            self.made.looks.append(Look("the page", response.url, f"not read: it is {clean(kind, 60)}"))
        return found

    async def _further(self, links: dict[str, str], *, page: bool) -> list[tuple[str, Piece] | None]:
        """What the first answers lead to."""
        waiting = [self._licence(links.get("rsl", ""))]
        if page:
            waiting.append(self._activity(links.get("activity", "")))
        found = await asyncio.gather(*waiting)
        if page and "image" in links:
            found += await self._picture(links["image"])
        return found

    async def _licence(self, address: str) -> tuple[str, Piece] | None:
        address = address or urljoin(self.url, "/rsl.xml")
        response = await self._ask("rsl.xml", address, accept="application/rsl+xml, application/xml, text/xml")
        return ("rsl.xml", Piece("rsl", response.url, response.body, target=self.url)) if response else None

    async def _activity(self, address: str) -> tuple[str, Piece] | None:
        place = "ActivityPub document"
        response = await self._ask(place, address or self.url, accept=ACTIVITY)
        if response is None:
            return None
        if response.content_type.partition(";")[0].strip().lower() not in _ACTIVITY:
            self.made.looks.append(Look(place, response.url, "not there"))
            return None
        return place, Piece("activitystreams", response.url, response.body)

    async def _picture(self, address: str) -> list[tuple[str, Piece] | None]:
        """The picture that the page names; on the same host, its files are asked about it too."""
        response = await self._ask("the picture", address, accept=PICTURE, most=PICTURE_BYTES)
        if response is None:
            return []
        found: list[tuple[str, Piece] | None] = [
            ("headers of the picture", Piece("headers", response.url, lines=response.lines)),
            ("the picture", Piece("picture", response.url, response.body)),
        ]
        if _origin(response.url) == _origin(self.url):
            about = [(place, Piece(each.kind, each.source, each.body, response.url)) for place, each in self.site]
            found += [(f"{place}, on the picture", piece) for place, piece in about]
        return found

    async def _site_file(self, kind: str, place: str, path: str) -> net.Response | None:
        response = await self._ask(place, urljoin(self.url, path), accept="*/*")
        if response is not None:
            self.site.append((place, Piece(kind, response.url, response.body, target=self.url)))
        return response

    async def _ask(self, place: str, url: str, *, accept: str, most: int = FILE_BYTES) -> net.Response | None:
        """An answer of 200; anything else is told, and is no error."""
        try:
            response = await net.request("GET", url, headers={"Accept": accept}, max_bytes=most, timeout=EACH_SECONDS)
        except FediError as error:
            self.made.looks.append(Look(place, url, str(error)))
            return None
        if response.status == 200:
            return response
        outcome = "not there" if response.status in {404, 406, 410} else f"the answer was {response.status}"
        self.made.looks.append(Look(place, url, outcome))
        return None

    async def _read(self, pieces: list[tuple[str, Piece]]) -> dict[str, str]:
        """Have the pieces read and add what they say; the links of all of them."""
        found = await asyncio.to_thread(reading.read, [piece for _, piece in pieces]) if pieces else []
        links: dict[str, str] = {}
        for (place, piece), each in zip(pieces, found, strict=True):
            self.made.add(place, piece.source, each)
            links = (each.links if isinstance(each, Found) else {}) | links
        return links


def _check(response: net.Response) -> None:
    """Raises NotFound, NotAllowed or Unreachable for a page that is not shown."""
    host, status = urlsplit(response.url).hostname, response.status
    if status in {404, 410}:
        raise NotFound(f"{host} has nothing there ({status})")
    if status >= 500 or status in {408, 425, 429}:
        raise Unreachable(f"{host} answered {status}: try again later", retry_after=response.retry_after)
    if status != 200:
        raise NotAllowed(f"{host} shows it to no program ({status}): save the picture, and inspect the file")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
