"""Bytes of strangers as text, JSON or XML, within bounds; None for what is none."""

import json
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

MAX_BYTES = 1 << 20
MAX_ELEMENTS, MAX_DEPTH = 20_000, 64
# What a page may be written in besides UTF-8; every one of these is decoded in one pass.
CHARSETS = {
    "iso-8859-1", "latin-1", "windows-1252", "windows-1251", "iso-8859-15", "shift_jis", "euc-jp", "gbk", "gb2312",
    "gb18030", "big5", "euc-kr", "utf-16", "utf-16le", "utf-16be",
}  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def as_text(data: bytes, charset: str = "") -> str:
    """Text, with a mark for what cannot be read; a byte order mark beats the charset."""
    named = charset.strip().strip("\"'").lower()
    coded = next((coding for mark, coding in _MARKS if data.startswith(mark)), None)
    return data.decode(coded or (named if named in CHARSETS else "utf-8"), "replace")


def as_json(data: bytes | str) -> Any:
    """A JSON value of at most MAX_BYTES, or None."""
    if len(data) > MAX_BYTES:
        return None
    try:
        return json.loads(data if isinstance(data, str) else as_text(data))
    except (ValueError, RecursionError):
        return None


def as_xml(data: bytes) -> Element | None:
    """The root of an XML document of at most MAX_BYTES, without document type or entities, and of bounded depth."""
    if len(data) > MAX_BYTES:
        return None
    parser = XMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root if isinstance(root, Element) else None


class _Bounded(TreeBuilder):
    """Stops at too many elements, or too many inside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise ValueError("too many elements")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def join(base: str, address: str) -> str:
    """A link as a whole address; '' for what is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def values(value: Any, limit: int = 50) -> list[Any]:
    """One or many, as a list of at most `limit`; nothing is an empty one."""
    if value is None:
        return []
    return value[:limit] if isinstance(value, list) else [value]
