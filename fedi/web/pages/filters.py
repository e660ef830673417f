"""What templates do to values: dates, numbers and sentences for people."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from quart import Blueprint

from fedi import __version__, clock, text

blueprint = Blueprint("filters", __name__)

AUDIENCES = {
    "public": "everyone",
    "unlisted": "everyone, but not in lists",
    "followers": "followers only",
    "direct": "only people named",
}


@blueprint.app_context_processor
def _static() -> dict[str, Callable[[str], str]]:
    """`static("fedi.css")`: browsers keep it, and ask anew after an upgrade."""
    return {"static": lambda name: f"/static/{name}?v={__version__}"}


@blueprint.app_template_filter("iso")
def iso(at: datetime) -> str:
    return clock.iso(at)


@blueprint.app_template_filter("day")
def day(at: datetime) -> str:
    """`5 March`, with the year when it is not this one."""
    words = f"{at.day} {at:%B}"
    return words if at.year == clock.now().year else f"{words} {at.year}"


@blueprint.app_template_filter("clock")
def hour(at: datetime) -> str:
    return f"{at:%H:%M}"


@blueprint.app_template_filter("number")
def number(value: int) -> str:
    """`1,204`; from ten thousand on `12 k`."""
    return f"{value:,}" if value < 10_000 else f"{value // 1000:,} k"


@blueprint.app_template_filter("megabytes")
def megabytes(value: int) -> str:
    return f"{value // (1024 * 1024)} MB"


@blueprint.app_template_filter("size")
def size(value: int) -> str:
    """`640 kB`, `12 MB`; below a kilobyte `0 kB`."""
    return f"{value // 1000} kB" if value < 10_000_000 else f"{value // 1_000_000} MB"


@blueprint.app_template_filter("host")
def host(address: str) -> str:
    return urlsplit(address).netloc


@blueprint.app_template_filter("sentence")
def sentence(words: str) -> str:
    """An error's words as a sentence: a capital letter first, a full stop last."""
    words = words.strip()
    return words and words[0].upper() + words[1:] + ("" if words[-1] in ".!?:…" else ".")


@blueprint.app_template_filter("excerpt")
def excerpt(markup: str, length: int = 160) -> str:
    return text.excerpt(markup, length)


@blueprint.app_template_filter("audience")
def audience(visibility: str) -> str:
    return AUDIENCES.get(visibility, visibility)
