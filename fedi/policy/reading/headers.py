"""Response headers: X-Robots-Tag, tdm-reservation, tdm-policy, Content-Usage, Content-Signal, Link rel=license."""

import re
from collections.abc import Iterator, Sequence

from fedi.policy.reading import parsing, words
from fedi.policy.reading.signal import Axes, Found

MAX_FIELD = 16 * 1024
# `googlebot: noindex` speaks to one crawler; `max-snippet: 50` and its kin are tokens of their own.
_FOR_ONE = re.compile(r"\s*([A-Za-z][\w-]*)\s*:")
_WITH_COLON = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
_LINK = re.compile(r'<([^<>]*)>((?:\s*+;\s*+[\w*-]++(?:\s*+=\s*+(?:"[^"]*"|[^\s",;<>]*))?)*)')
_PARAMETER = re.compile(r';\s*+([\w*-]++)(?:\s*+=\s*+(?:"([^"]*)"|([^\s",;<>]*)))?')


def read(lines: Sequence[tuple[str, str]], source: str) -> Found:
    """`lines` are (name, value) as they came; `source` is the address that answered with them."""
    found = Found()
    for value in _each(lines, "x-robots-tag"):
        named = _FOR_ONE.match(value)
        if named and named[1].lower() not in _WITH_COLON:
            note = f"said to {named[1]} alone"
            found.say("header X-Robots-Tag", value, source, note=note)
        else:
            found.say("header X-Robots-Tag", value, source, words.robots_tokens(value), coarse=True)
    for value in _each(lines, "tdm-reservation"):
        found.say("header tdm-reservation", value, source, words.reservation(value), coarse=True)
    for value in _each(lines, "tdm-policy"):
        found.say("header tdm-policy", value, source)
    usage = ", ".join(_each(lines, "content-usage"))  # one dictionary, however many lines it came in (RFC 9651 4.2)
    if usage:
        say_usage(found, "header Content-Usage", usage, words.content_usage(usage), source)
    for value in _each(lines, "content-signal"):
        found.say("header Content-Signal", value, source, words.content_signal(value), coarse=True)
    for value in _each(lines, "link"):
        _links(found, value, source)
    return found


def say_usage(found: Found, layer: str, value: str, axes: Axes | None, source: str, *, note: str = "") -> None:
    """A Content-Usage value, with a word on why nothing was understood."""
    if axes is None:
        note = note or "not written as the draft says, so that it says nothing"
    found.say(layer, value, source, axes, coarse=True, note=note)


def _each(lines: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [value.strip()[:MAX_FIELD] for field, value in lines if field.lower() == name][:20]


def _links(found: Found, value: str, source: str) -> None:
    for address, parameters in links(value):
        relations, kind = parameters.get("rel", "").lower().split(), parameters.get("type", "").lower()
        whole = parsing.join(source, address)
        if "license" in relations:
            found.say("header Link rel=license", whole, source)
            if kind == "application/rsl+xml":
                found.links.setdefault("rsl", whole)
        elif "alternate" in relations and kind.partition(";")[0].strip() == "application/activity+json":
            found.links.setdefault("activity", whole)


def links(value: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, parameters) of each link of a Link field (RFC 8288)."""
    for each in _LINK.finditer(value):
        said = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(each[2])}
        yield each[1], said
