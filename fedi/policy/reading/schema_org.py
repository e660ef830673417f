"""schema.org in JSON-LD: licence and credit (Google's image licence), which say nothing of AI, and what made it."""

from collections.abc import Iterator
from typing import Any

from fedi.policy.reading import generators, parsing
from fedi.policy.reading.signal import Found

MAX_NODES = 5000
TERMS = ("license", "usageInfo", "acquireLicensePage", "copyrightNotice", "creditText")


def read(text: str, source: str) -> Found:
    """One script of a page."""
    found = Found()
    for node in _nodes(parsing.as_json(text)):
        for name in TERMS:
            for value in parsing.values(node.get(name), 5):
                found.say(f"html schema.org {name}", _text(value), source)
        for value in parsing.values(node.get("digitalSourceType"), 5):
            generators.source_type(found, "html schema.org digitalSourceType", _text(value), source)
        if "ImageObject" in parsing.values(node.get("@type")):
            image = _text(node.get("contentUrl")) or _text(node.get("url"))
            if image:
                found.links.setdefault("image", image)
    return found


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url") or value.get("name")
    return value if isinstance(value, str) else ""


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, without recursion."""
    waiting, seen = [value], 0
    while waiting and seen < MAX_NODES:
        seen += 1
        each = waiting.pop(0)
        if isinstance(each, dict):
            yield each
            waiting += list(each.values())[:MAX_NODES]
        elif isinstance(each, list):
            waiting += each[:MAX_NODES]
