"""A page: robots and TDMRep metas, licence links, schema.org, hashtags, and the picture it names.

libxml2 reads it in time in proportion to the page; Python's own parser can be made to need minutes for 300 kB.
"""

import contextlib

from lxml import etree

from fedi.policy.reading import hashtags, parsing, schema_org, words
from fedi.policy.reading.signal import Found

MAX_BYTES = 2 << 20
MAX_SCRIPTS, MAX_SCRIPT = 20, 500_000
ACTIVITY = ("application/activity+json", "application/ld+json")
_TDM = ("tdm-reservation", "tdm-policy")


def read(data: bytes, source: str, *, charset: str = "") -> Found:
    """`source` is the address of the page, which its links stand to."""
    target = _Head()
    text = parsing.as_text(data[:MAX_BYTES], charset).replace("\0", "")
    parser = etree.HTMLParser(target=target, no_network=True, encoding="utf-8")
    with contextlib.suppress(etree.LxmlError, ValueError):  # what was read before counts
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    found = Found()
    for name, content in target.metas:
        _meta(found, name, content, source)
    for link in target.links:
        _link(found, link, source)
    for tag in target.tags:
        hashtags.say(found, "html hashtag", tag, source)
    for script in target.scripts:
        found.add(schema_org.read(script, source))
    image = target.image or found.links.pop("image", "")
    if image:
        found.links["image"] = parsing.join(source, image)
    return found


def _meta(found: Found, name: str, content: str, source: str) -> None:
    if name == "robots":
        found.say("html meta robots", content, source, words.robots_tokens(content), coarse=True)
    elif name == "tdm-reservation":
        found.say(f"html meta {name}", content, source, words.reservation(content), coarse=True)
    elif name in _TDM:
        found.say(f"html meta {name}", parsing.join(source, content), source)


def _link(found: Found, link: dict[str, str], source: str) -> None:
    relations = link.get("rel", "").lower().split()
    kind, address = link.get("type", "").partition(";")[0].strip().lower(), parsing.join(source, link.get("href", ""))
    if "license" in relations:
        found.say("html link license", address, source)
        if kind == "application/rsl+xml":
            found.links.setdefault("rsl", address)
    elif "alternate" in relations and kind in ACTIVITY:
        found.links.setdefault("activity", address)


class _Head:
    """Collects what is looked for while libxml2 walks the page."""

    def __init__(self) -> None:
        self.metas: list[tuple[str, str]] = []
        self.links: list[dict[str, str]] = []
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self.image = ""
        self._script: list[str] | None = None
        self._tag: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        said = {name.lower(): value for name, value in attributes.items()}
        if tag == "meta":
            self._meta(said)
        elif tag in {"link", "a"} and "rel" in said:
            relations = said["rel"].lower().split()
            if tag == "link" or "license" in relations:
                self.links.append(said)
            elif "tag" in relations:
                self._tag = []
        elif tag == "script" and said.get("type", "").partition(";")[0].strip().lower() == "application/ld+json":
            self._script = []

    def _meta(self, said: dict[str, str]) -> None:
        content = said.get("content", "")
        if "name" in said:
            self.metas.append((said["name"].strip().lower(), content))
        named = said.get("property", said.get("name", "")).strip().lower()
        if named in {"og:image", "og:image:url", "og:image:secure_url"} and not self.image:
            self.image = content

    def data(self, text: str) -> None:
        if self._script is not None:
            self._script.append(text)
        elif self._tag is not None:
            self._tag.append(text)

    def end(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            text = "".join(self._script)
            if len(self.scripts) < MAX_SCRIPTS and len(text) <= MAX_SCRIPT:
                self.scripts.append(text)
            self._script = None
        elif tag == "a" and self._tag is not None:
            self.tags.append("".join(self._tag)[:100].strip())
            self._tag = None

    def comment(self, text: str) -> None:
        """Says nothing."""

    def close(self) -> None:
        """Nothing is built."""
