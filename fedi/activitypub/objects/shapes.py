"""Reading what others send, whatever its shape: addresses, times, languages and terms out of tolerant JSON."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fedi import clock, text
from fedi.activitypub.protocol import collections, documents
from fedi.policy import vocabulary
from fedi.policy.layers import activitystreams

MAX_URL = 2048
MAX_EMOJIS = 200
_CODE = re.compile(r":?([A-Za-z0-9_]{2,100}):?")
_TERMS = (*vocabulary.CONTEXT, "SPC", "licence", "indexable", "searchableBy")


def web_url(value: Any) -> str | None:
    """An http(s) address within bounds, out of a string, a Link or a list of them; None otherwise."""
    for each in documents.as_list(value):
        link = each
        if isinstance(each, Mapping):
            link = each.get("href") or each.get("url")
            if isinstance(link, Mapping | list):
                link = web_url(link)
        if isinstance(link, str) and is_web_url(link):
            return link
    return None


def page_url(value: Any) -> str | None:
    """The address of the page: among several Links the `text/html` one is meant."""
    for each in documents.as_list(value):
        if isinstance(each, Mapping) and kind_of_link(each) == "text/html":
            return web_url(each)
    return web_url(value)


def kind_of_link(link: Mapping[str, Any]) -> str:
    kind = link.get("mediaType") or link.get("mimeType") or ""
    return kind.partition(";")[0].strip().lower() if isinstance(kind, str) else ""


def is_web_url(value: str) -> bool:
    """Whether it can be shown as a link: http(s), a host, no blanks or controls, no credentials."""
    if len(value) > MAX_URL or not value.isprintable() or any(mark in value for mark in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        return False


def when(value: Any) -> datetime | None:
    """An xsd:dateTime, or None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        at = clock.parse_iso(value)
        return at if 1970 <= at.year < 9999 else None
    except (ValueError, OverflowError):
        return None


def words(value: Any, limit: int) -> str:
    """Plain text without NUL, cut; numbers and null are no text."""
    return value.replace("\0", "")[:limit].strip() if isinstance(value, str) else ""


def plain(value: Any, limit: int) -> str:
    """The text of what may be HTML, cut."""
    return words(text.plain(value[: limit * 4]), limit) if isinstance(value, str) else ""


def markup(value: Any, limit: int) -> str:
    """HTML, cut and sanitised."""
    return text.sanitise(value[:limit]) if isinstance(value, str) else ""


def language(document: Mapping[str, Any]) -> str | None:
    """The one language of `contentMap` (or `nameMap`), as BCP 47."""
    for name in ("contentMap", "summaryMap", "nameMap"):
        translated = document.get(name)
        if isinstance(translated, Mapping) and translated:
            first = next(iter(translated))
            if isinstance(first, str) and first != "und" and 1 < len(first) <= 35 and first.replace("-", "").isalnum():
                return first
    return None


def natural(document: Mapping[str, Any], name: str) -> Any:
    """A natural-language property, or the first of its `Map`."""
    value = document.get(name)
    if isinstance(value, str):
        return value
    translated = document.get(f"{name}Map")
    if isinstance(translated, Mapping) and translated:
        return next(iter(translated.values()))
    return value


def number(value: Any, *, most: int = 2**31 - 1) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most else None


def total(value: Any) -> int | None:
    """`totalItems` of an embedded collection."""
    return collections.total(value) if isinstance(value, Mapping) else None


def emojis(document: Mapping[str, Any]) -> dict[str, str] | None:
    """{code: address of its picture} of the custom emoji that a document brings along (FEP-9098)."""
    found: dict[str, str] = {}
    for tag in documents.as_list(document.get("tag"))[:MAX_EMOJIS]:
        if not isinstance(tag, Mapping) or documents.kind(tag) not in {"Emoji", "toot:Emoji"}:
            continue
        name, icon = tag.get("name"), tag.get("icon")
        code = _CODE.fullmatch(name) if isinstance(name, str) else None
        url = web_url(icon.get("url")) if isinstance(icon, Mapping) else web_url(icon)
        if code is not None and url is not None:
            found.setdefault(code[1], url)
    return found or None


def terms(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The terms of use as they stand in a document, kept to be said again wherever we show it."""
    kept = {}
    for name in _TERMS:
        value = document.get(name)
        if isinstance(value, str | int | float | bool) and len(str(value)) <= 2000:
            kept[name] = value
    return kept or None


def consent(document: Mapping[str, Any]) -> str | None:
    """What the document says about AI, in our words; None when it says nothing."""
    said = activitystreams.read(document)
    return said.text if said is not None else None


def licence(document: Mapping[str, Any]) -> str | None:
    """A licence address or title, as received."""
    for name in ("license", "licence"):
        value = document.get(name)
        if isinstance(value, Mapping):
            value = value.get("id") or value.get("name") or value.get("identifier")
        if isinstance(value, str) and value:
            return value[:255]
    return None
