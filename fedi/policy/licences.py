"""Licences of a work for people: known ones by key, SPDX id or title, and one's own with title and address."""

import re
from dataclasses import dataclass
from functools import lru_cache

from fedi.errors import BadRequest

MAX_LENGTH = 255
_OWN = re.compile(r"(?P<title>[^<>\x00-\x1f]{1,100}?)\s*<(?P<url>https?://[^\s<>\"'\\^`{|}\x00-\x20]{1,200})>")


@dataclass(frozen=True)
class Licence:
    """`spdx` is an SPDX id or None, `url` the licence's own address or '' (then the artist's terms page speaks)."""

    key: str
    title: str
    url: str
    spdx: str | None = None

    @property
    def text(self) -> str:
        """The canonical writing: `find_licence(licence.text) == licence`."""
        return self.key if self.key != OWN else f"{self.title} <{self.url}>"


OWN = "own"


def _creative_commons(code: str, title: str) -> Licence:
    return Licence(
        f"cc-{code}",
        f"CC {title} 4.0",
        f"https://creativecommons.org/licenses/{code}/4.0/",
        f"CC-{code.upper()}-4.0",
    )


LICENCES = {
    each.key: each
    for each in (
        Licence("all-rights-reserved", "All rights reserved", ""),
        _creative_commons("by", "BY"),
        _creative_commons("by-sa", "BY-SA"),
        _creative_commons("by-nc", "BY-NC"),
        _creative_commons("by-nc-sa", "BY-NC-SA"),
        _creative_commons("by-nd", "BY-ND"),
        _creative_commons("by-nc-nd", "BY-NC-ND"),
        Licence("cc0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    )
}


@lru_cache(maxsize=1024)
def find_licence(text: str) -> Licence:
    """By key, SPDX id or title, or one's own as `TITLE <https://...>`. Raises BadRequest naming what may be written."""
    wanted = text.strip()
    for each in LICENCES.values():
        if wanted.lower() in {each.key, each.title.lower(), (each.spdx or each.key).lower()}:
            return each
    own = _OWN.fullmatch(wanted)
    if own is None or len(wanted) > MAX_LENGTH:
        raise BadRequest(
            f"licence {text[:60]!r} is unknown: choose one of {', '.join(LICENCES)}, or write TITLE <https://...>"
        )
    return Licence(OWN, own["title"].strip(), own["url"])
