"""Reading JSON of other servers: strict about what is JSON, tolerant about shapes (string | object | array)."""

import json
import math
from collections.abc import Mapping
from typing import Any

from fedi.errors import BadDocument, TooLarge

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
AS2 = "https://www.w3.org/ns/activitystreams"
ACTIVITY_JSON = "application/activity+json"
LD_JSON = f'application/ld+json; profile="{AS2}"'
_BIGGEST = 1 << 63


def loads(body: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """JSON as RFC 8259 means it. Raises TooLarge, or BadDocument for anything that would break us later.

    Refused: no UTF-8, NaN, deeper than MAX_DEPTH, numbers over 64 bits, NUL and lone surrogates.
    """
    if len(body) > max_bytes:
        raise TooLarge("the document is too large")
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant, parse_int=_integer, parse_float=_float)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadDocument("this is no valid JSON") from None
    _check(value)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -_BIGGEST <= int(digits) < _BIGGEST:
        raise ValueError("more than 64 bits, which no database of ours takes")
    return int(digits)


def _float(digits: str) -> float:
    """`1e999` would be read as infinity, which cannot be written as JSON again."""
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("too large a number")
    return value


def _check(value: Any) -> None:
    """Depth and text, without recursion."""
    layer = [value]
    for _ in range(MAX_DEPTH):
        following: list[Any] = []
        for each in layer:
            if isinstance(each, str):
                _check_text(each)
            elif isinstance(each, dict):
                for key in each:
                    _check_text(key)
                following.extend(each.values())
            elif isinstance(each, list):
                following.extend(each)
        if not following:
            return
        layer = following
    raise BadDocument("the document is nested too deeply")


def _check_text(text: str) -> None:
    if "\0" in text or (not text.isascii() and any(0xD800 <= ord(character) < 0xE000 for character in text)):
        raise BadDocument("the document holds characters that are no text")


def loads_object(body: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """A JSON object. Raises TooLarge or BadDocument."""
    value = loads(body, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise BadDocument("the document is no JSON object")
    return value


def as_list(value: Any) -> list[Any]:
    """One or many, as a list; nothing is an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def one_id(value: Any) -> str | None:
    """The id of a string, an object with `id`, or the first of a list; None for anything else."""
    if isinstance(value, list):
        return one_id(value[0]) if value else None
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def ids(value: Any, *, limit: int = 1000) -> list[str]:
    """Every id of a string, object or list, in order, each once."""
    found = (one_id(each) for each in as_list(value)[:limit])
    return list(dict.fromkeys(each for each in found if each))


def types(document: Mapping[str, Any]) -> list[str]:
    return [each for each in as_list(document.get("type")) if isinstance(each, str)]


def kind(document: Mapping[str, Any]) -> str:
    """The first type, or ''."""
    found = types(document)
    return found[0] if found else ""


def text(value: Any, limit: int) -> str:
    """A string, cut at `limit`; '' for anything else."""
    return value[:limit] if isinstance(value, str) else ""


def http_url(value: Any) -> str | None:
    """An http(s) address: a string, a Link object (`href`), or the first good one of a list."""
    for each in as_list(value):
        candidate = (each.get("href") or each.get("url")) if isinstance(each, Mapping) else each
        if isinstance(candidate, str) and candidate.startswith(("https://", "http://")) and len(candidate) <= 2048:
            return candidate
    return None


def carries_proof(activity: Mapping[str, Any]) -> bool:
    """Whether it brings a JSON-LD `signature` or a `proof` (FEP-8b32) of its actor, good or not."""
    return any(isinstance(each, Mapping) for name in ("signature", "proof") for each in as_list(activity.get(name)))


def has_context(document: Mapping[str, Any]) -> bool:
    """Whether `@context` is or contains the ActivityStreams address, as Mastodon requires of what it fetches."""
    return AS2 in as_list(document.get("@context"))


def is_activitystreams(content_type: str) -> bool:
    """application/activity+json, or application/ld+json with the AS2 profile; nothing else (Mastodon 1.4)."""
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    return media_type == ACTIVITY_JSON or (media_type == "application/ld+json" and AS2 in parameters)
