"""What does this say to a machine? A page or picture of anybody's, with every statement about AI in it side by side."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from quart import Blueprint, Response, request

from fedi import config, urls
from fedi.errors import BadRequest, FediError, Refused, TooMany
from fedi.inspection import address, file
from fedi.inspection.result import Inspection
from fedi.policy.consent import AXES
from fedi.policy.reading import sentences
from fedi.policy.reading.signal import Signal
from fedi.web import limits, multipart, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("inspect", __name__)
ACCOUNT = limits.Limit("inspect by account", 60, 600)
STRANGER = limits.Limit("inspect by address", 10, 600)
STRANGERS = limits.Limit("inspect by strangers", 120, 3600)
HOST = limits.Limit("inspect a host", 30, 600)  # nobody can make us a burden to somebody else
AT_ONCE = 3
MAX_URL = 2048
MAX_BYTES = 32 << 20
OVERHEAD = 1 << 16
PLACES = {
    "html": "The page",
    "header": "Response headers",
    "robots.txt": "robots.txt",
    "tdmrep.json": "tdmrep.json",
    "ai.txt": "ai.txt",
    "rsl.xml": "rsl.xml",
    "activitystreams": "ActivityPub document",
    "c2pa": "In the picture: provenance statement (C2PA)",
    "xmp": "In the picture: XMP",
    "iptc": "In the picture: IPTC credit lines",
    "exif": "In the picture: Exif",
}
_running = 0


@dataclass(frozen=True)
class Row:
    """A signal as it is shown; `against` are the uses about which most others say otherwise."""

    name: str
    value: str
    words: str
    note: str
    against: list[str]


@dataclass(frozen=True)
class Place:
    """One place of one address (or file), with its signals."""

    title: str
    source: str
    rows: list[Row]


@blueprint.get("/inspect")
async def show() -> Response:
    """The form, and with `?url=` what that address says."""
    url = request.args.get("url", "")[: MAX_URL + 1].replace("\0", "").strip()
    if not url:
        return await _show()
    if request.headers.get("User-Agent", "").startswith("fedi/"):
        raise Refused("one instance does not inspect through another")  # two would ask each other for ever
    if "://" not in url:
        url = f"https://{url}"
    _count(urls.host_of(url))
    try:
        async with _place():
            found = await address.inspect(url)
    except TooMany:
        raise
    except FediError as error:
        return await _show(url=url, status=422, problem=str(error))
    return await _show(found, url=url)


@blueprint.post("/inspect")
async def upload() -> Response:
    """What an uploaded picture says; it is forgotten with the request."""
    _count()
    async with multipart.receive(most_bytes() + OVERHEAD) as form:
        forms.checked(form.fields)
        picture = form.files.get("picture")
        try:
            if picture is None or not picture.size:
                raise BadRequest("choose a picture first")
            async with _place():
                found = await asyncio.to_thread(file.inspect, picture.path, picture.filename[:200] or "the picture")
        except TooMany:
            raise
        except FediError as error:
            return await _show(status=error.status, problem=str(error))
    return await _show(found)


def most_bytes() -> int:
    return min(MAX_BYTES, config.settings().media_max_bytes)


def _count(host: str = "") -> None:
    """Raises TooMany for who asks too often, and when one server is asked about too often by all."""
    account = sessions.account()
    if account is not None:
        limits.take(ACCOUNT, str(account.id))
    else:
        limits.take(STRANGER, sessions.client_address())
        limits.take(STRANGERS, "")
    if host:
        limits.take(HOST, host)


@asynccontextmanager
async def _place() -> AsyncIterator[None]:
    """One of a few places: each may hold a large picture and a child process."""
    global _running
    if _running >= AT_ONCE:
        raise TooMany("others are being served: please try again in a moment", retry_after=10)
    _running += 1
    try:
        yield
    finally:
        _running -= 1


async def _show(found: Inspection | None = None, **values: Any) -> Response:
    response = await page.show("pages/inspect.html", most=most_bytes(), **{"url": "", **values}, **_view(found))
    response.headers.add("X-Robots-Tag", "noindex")
    return response


def _view(found: Inspection | None) -> dict[str, Any]:
    if found is None:
        return {"found": None}
    against = {each.axis: each.odd for each in found.conflicts}
    speaking = [each for each in found.signals if each.axes or each.note]
    return {
        "found": found,
        "answers": [_answer(found, axis) for axis in AXES],
        "places": _places(speaking, against),
        "beside": _places([each for each in found.signals if each not in speaking], against),
        "made_by_ai": [each for each in found.marks if each.ai],
        "made_with": [each for each in found.marks if not each.ai],
    }


def _answer(found: Inspection, axis: str) -> dict[str, Any]:
    """One row of the summary: the use, the strictest answer, and where they differ which layers give which."""
    conflict = next((each for each in found.conflicts if each.axis == axis), None)
    return {
        "use": sentences.use(axis),
        "words": sentences.of(axis, found.reading[axis]) if axis in found.reading else "",
        "sides": [(sentences.of(axis, answer), layers) for answer, layers in conflict.sides] if conflict else [],
    }


def _places(signals: Iterable[Signal], against: dict[str, list[Signal]]) -> list[Place]:
    """In the order of PLACES; those of the page before those of its picture."""
    order = list(PLACES)
    ordered = sorted(signals, key=lambda each: order.index(each.layer.partition(" ")[0]))
    groups = groupby(ordered, lambda each: (each.layer.partition(" ")[0], each.source))
    return [Place(PLACES[name], source, [_row(each, against) for each in rows]) for (name, source), rows in groups]


def _row(signal: Signal, against: dict[str, list[Signal]]) -> Row:
    return Row(
        name=signal.layer.partition(" ")[2] or signal.layer,
        value=signal.value,
        words=sentences.line(signal.axes),
        note=signal.note,
        against=[sentences.USES[axis] for axis, odd in against.items() if signal in odd],
    )
