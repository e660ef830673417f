"""Parameters of an API request, as Rails reads them: query over form, multipart or JSON; `a[]`, `a[b]` and `a[][b]`."""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from quart import g, request

from fedi.errors import BadRequest, FediError, NotFound
from fedi.services.paging import Page
from fedi.web import multipart

MAX_BODY = 1 << 20
MAX_PARAMS = 2000
MAX_DEPTH = 8
MAX_OFFSET = 10_000
MAX_ID = (1 << 63) - 1
_PIECES = re.compile(r"\[([^\[\]]*)\]")
_LEADING = re.compile(r"\s*([+-]?\d{1,30})")
_FALSE = {"0", "f", "F", "false", "FALSE", "off", "OFF", "False", "no"}


class Malformed(FediError):
    """The body cannot be read at all (400)."""


class Params:
    """The tree of parameters, read by name with the type that is wanted; a wrong type is a BadRequest."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def has(self, name: str) -> bool:
        return name in self.tree

    def text(self, name: str, default: str = "") -> str:
        """The value as text; numbers and booleans are cast. NUL, which no database takes, is left out."""
        value = self.tree.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int, float)):
            return str(value).replace("\0", "")
        raise BadRequest(f"{name} must be text")

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name)
        return default if value == "" else value not in _FALSE

    def number(self, name: str, default: int = 0) -> int:
        """The leading digits, as Ruby's to_i; 0 for what is no number."""
        return leading_int(self.text(name)) if self.tree.get(name) is not None else default

    def decimal(self, name: str) -> float | None:
        try:
            return float(self.text(name)) if self.text(name) else None
        except ValueError:
            raise BadRequest(f"{name} must be a number") from None

    def texts(self, name: str) -> list[str]:
        """A list of texts, from `name[]=`, a JSON list, or one value."""
        value = self.tree.get(name)
        if isinstance(value, dict):
            value = list(value.values())
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [Params({name: each}).text(name) for each in values if each is not None]

    def ids(self, name: str) -> list[int]:
        """A list of ids; one that is no id is an id nobody has (0)."""
        return [int(text) if is_id(text) else 0 for text in self.texts(name)]

    def optional_id(self, name: str) -> int | None:
        """An id; None when it is not given. Raises NotFound for what is no id."""
        text = self.text(name).strip()
        return id_of(text) if text else None

    def group(self, name: str) -> "Params":
        """The parameters below `name`, such as `source[privacy]`."""
        value = self.tree.get(name)
        return Params(value if isinstance(value, dict) else {})

    def groups(self, name: str) -> list["Params"]:
        """A list of such groups: `fields_attributes[0][name]`, `media_attributes[][id]`, or a JSON list of objects."""
        value = self.tree.get(name)
        if isinstance(value, dict):
            value = [value[key] for key in sorted(value, key=lambda key: (leading_int(key), key))]
        return [Params(each) for each in value or [] if isinstance(each, dict)] if isinstance(value, list) else []

    def limit(self, default: int) -> int:
        """As Mastodon: its own default, at most twice that; never negative."""
        if self.tree.get("limit") is None:
            return default
        return min(abs(self.number("limit", default)), default * 2)

    def offset(self) -> int:
        """How many to pass over; nobody turns that many pages."""
        return min(max(0, self.number("offset")), MAX_OFFSET)

    def page(self, default: int = 20) -> Page:
        return Page(self.limit(default), self._bound("max_id"), self._bound("since_id"), self._bound("min_id"))

    def _bound(self, name: str) -> int | None:
        text = self.text(name).strip()
        return max(0, min(leading_int(text), MAX_ID)) if text else None


async def read() -> Params:
    """The parameters of this request, read once. Raises Malformed and TooLarge."""
    kept: Params | None = g.get("api_params")
    if kept is None:
        body: dict[str, Any] = {}
        if request.method not in {"GET", "HEAD"} or request.content_length:
            body = await _body()
        kept = g.api_params = Params({**body, **query()})
    return kept


def query() -> dict[str, Any]:
    """The tree of the query string alone."""
    text = request.query_string.decode("ascii", "replace")
    return nested(_pairs(text, errors="replace"))


def of_form(fields: list[tuple[str, str]]) -> Params:
    """The parameters of a multipart form whose files the view takes itself."""
    return Params({**nested(fields), **query()})


async def _body() -> dict[str, Any]:
    kind = request.mimetype
    if kind == "multipart/form-data":
        async with multipart.receive(MAX_BODY) as form:
            return nested(form.fields)
    raw = await multipart.read_body(MAX_BODY)
    if not raw.strip():
        return {}
    if kind == "application/json" or kind.endswith("+json"):
        return _json(raw)
    if kind in {"application/x-www-form-urlencoded", ""}:
        try:
            return nested(_pairs(raw.decode(), errors="strict"))
        except UnicodeDecodeError:
            raise Malformed("the form is no valid UTF-8") from None
    return {}


def _json(raw: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"the JSON cannot be read: {error}") from None
    return value if isinstance(value, dict) else {}


def _pairs(text: str, *, errors: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors=errors, max_num_fields=MAX_PARAMS)
    except UnicodeDecodeError:
        raise
    except ValueError:
        raise Malformed(f"there are more than {MAX_PARAMS} parameters") from None


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Rack's reading of bracketed names. Raises Malformed for names nested too deeply or against each other."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, bracket, rest = name.partition("[")
        pieces = _PIECES.findall(bracket + rest) if bracket else []
        if len(pieces) > MAX_DEPTH:
            raise Malformed("a parameter is nested too deeply")
        if head:
            _put(tree, [head, *pieces], value)
    return tree


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    key, rest = path[0], path[1:]
    if not rest:
        tree[key] = value
    elif rest[0] == "":
        items = tree.setdefault(key, [])
        if not isinstance(items, list):
            raise Malformed(f"{key} is given in two ways")
        _append(items, rest[1:], value)
    else:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise Malformed(f"{key} is given in two ways")
        _put(inner, rest, value)


def _append(items: list[Any], rest: list[str], value: str) -> None:
    """`a[]=1` appends, and so does Mastodon.py's `a[][]=1`; `a[][id]=1&a[][alt]=x` fills one object until a name comes
    again.
    """
    if not any(rest):
        items.append(value)
        return
    last = items[-1] if items and isinstance(items[-1], dict) else None
    if last is None or (rest[0] in last and len(rest) == 1):
        last = {}
        items.append(last)
    _put(last, [piece or "0" for piece in rest], value)


def language_of(text: str) -> str | None:
    """A language tag such as `en` or `pt-BR`; what is none is left out, as Mastodon does."""
    tag = text.strip()
    parts = tag.split("-")
    good = (
        2 <= len(parts[0]) <= 3 and parts[0].isalpha() and all(part.isalnum() and len(part) <= 8 for part in parts[1:])
    )
    return tag if good and tag.isascii() and len(tag) <= 35 else None


def leading_int(text: str) -> int:
    found = _LEADING.match(text)
    return int(found[1]) if found else 0


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID


def id_of(text: str) -> int:
    """The id in an address. Raises NotFound for what is none."""
    if not is_id(text):
        raise NotFound("Record not found")
    return int(text)
