"""RSL 1.0 (rslstandard.org): what a licence file permits and prohibits by path, and against which payment."""

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from fedi.policy.consent import Answer
from fedi.policy.reading import parsing, paths, words
from fedi.policy.reading.signal import Found

NAMESPACE = "{https://rslstandard.org/rsl}"
# Usage tokens and the axes they speak about; `ai-index` is none of ours.
USES = {
    "search": ("search",),
    "ai-train": words.TRAINING,
    "ai-input": ("inference",),
    "ai-all": (*words.TRAINING, "inference"),
    "all": (*words.MINING, "inference", "search"),
    "ai-index": (),
}
LISTED = (*words.TRAINING, "inference", "search")
FREE = {"free", "attribution"}


def read(data: bytes, source: str, *, target: str) -> Found:
    """What the file says of the address `target`: the content with the longest path that fits."""
    found = Found()
    root = parsing.as_xml(data)
    if root is None or root.tag != f"{NAMESPACE}rsl":
        return found
    fitting = [(len(url), each) for each in root.iterfind(f"{NAMESPACE}content") if (url := _fits(each, target))]
    if fitting:
        longest = max(length for length, _ in fitting)
        for length, content in fitting:
            if length == longest:
                _content(found, content, source)
    return found


def _fits(content: Element, target: str) -> str:
    """The path of a content element that covers the address, or ''."""
    url = content.get("url", "")
    try:
        pattern, asked = urlsplit(url), urlsplit(target)
    except ValueError:
        return ""
    if pattern.netloc and pattern.netloc.lower() != asked.netloc.lower():
        return ""
    path = url.partition("://")[2].partition("/")[2] if pattern.netloc else ""
    path = f"/{path}" if pattern.netloc else url
    return path if paths.matches(path, paths.of(target)) else ""


def _content(found: Found, content: Element, source: str) -> None:
    for licence in content.iterfind(f"{NAMESPACE}license"):
        permits, prohibits = _tokens(licence, "permits"), _tokens(licence, "prohibits")
        paid = [each.get("type", "free").lower() for each in licence.iterfind(f"{NAMESPACE}payment")]
        parts = [("permits", permits), ("prohibits", prohibits), ("payment", paid)]
        value = "; ".join(f"{name} {' '.join(tokens)}" for name, tokens in parts if tokens)
        found.say("rsl.xml license", value, source, axes(permits, prohibits, paid), coarse=True)


def axes(permits: list[str], prohibits: list[str], paid: list[str]) -> dict[str, Answer]:
    """`prohibits` beats `permits`, and a list of what is permitted is closed."""
    price = Answer.ALLOW if not paid or FREE & set(paid) else Answer.LICENCE
    said: dict[str, Answer] = words.deny(*LISTED) if permits else {}
    for token in permits:
        for axis in USES.get(token, ()):
            said[axis] = Answer.ALLOW if axis == "search" else price
    for token in prohibits:
        said |= words.deny(*USES.get(token, ()))
    return said


def _tokens(licence: Element, name: str) -> list[str]:
    """Usage tokens, parted by spaces, or by commas as in drafts of 2025."""
    texts = [each.text or "" for each in licence.iterfind(f"{NAMESPACE}{name}") if each.get("type") == "usage"]
    return " ".join(texts).replace(",", " ").lower().split()[:50]
