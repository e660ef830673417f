"""Small forms of our own pages: read within limits, refused unless they carry this browser's CSRF token."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from quart import request

from fedi.errors import FediError, NotFound
from fedi.policy.licences import OWN
from fedi.services.paging import Page
from fedi.web import multipart, sessions

MAX_BYTES = 256 * 1024
MAX_FIELDS = 200
MAX_ID = (1 << 63) - 1


class BadForm(FediError):
    """The body is no form that we can read (400)."""


async def read() -> dict[str, str]:
    """The fields of this POST (the last of a name counts). Raises NotAllowed without a good CSRF token."""
    if request.mimetype == "multipart/form-data":
        async with multipart.receive(MAX_BYTES) as form:
            return checked(form.fields)
    raw = await multipart.read_body(MAX_BYTES)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (ValueError, UnicodeError):
        raise BadForm("the form cannot be read") from None
    return checked(pairs)


def checked(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The fields without NUL, which no database takes, once the CSRF token is found good."""
    fields = {name: value.replace("\0", "") for name, value in pairs}
    sessions.check_csrf_token(fields.get("csrf", ""))
    return fields


def number(text: str) -> int:
    """An id of the address or of a form. Raises NotFound for what can be none."""
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > MAX_ID:
        raise NotFound("there is nothing here")
    return int(text)


def licence(fields: Mapping[str, str]) -> str:
    """What `pieces.licence_choice` sends, as `find_licence` reads it; '' for none of its own."""
    chosen = fields.get("licence", "")
    if chosen == OWN:
        return f"{fields.get('licence-title', '').strip()} <{fields.get('licence-url', '').strip()}>"
    return chosen


def page(limit: int) -> Page:
    """Where in a list this request is: `?before=ID`."""
    before = request.args.get("before", "")
    return Page(limit=limit, max_id=number(before) if before else None)
