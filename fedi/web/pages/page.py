"""How every page answers: the template with the terms in its head and headers, and short words after a redirect."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from quart import Response, redirect, render_template, request
from werkzeug.datastructures import Headers

from fedi.policy.layers import headers as terms_headers
from fedi.policy.layers import html_meta
from fedi.policy.terms import LICENCES, Terms
from fedi.services import consents
from fedi.web import sessions

# What a page may say after a redirect (`?said=KEY`): nothing of the request is printed.
SAID = {
    "saved": "Saved.",
    "portrait": "Saved. The picture is being protected and appears by itself in a moment.",
    "password": "The password is changed. Every other browser and app was signed out.",
    "signed-out": "You are signed out.",
    "deleted": "It is deleted here, and the servers that got it were asked to delete it too.",
    "account-deleted": "Your account is deleted. Thank you for having shown your work here.",
    "reported": "The moderators will look at it. Thank you.",
    "cancelled": "It is a draft now; nobody sees it but you.",
    "blocked": "Blocked.",
    "unblocked": "Unblocked.",
    "muted": "Muted.",
    "unmuted": "Unmuted.",
    "followed": "You follow them now.",
    "asked": "They were asked; you follow them once they accept.",
    "unfollowed": "You do not follow them any more.",
    "replied": "Your reply is out.",
    "revoked": "The app has no access any more.",
    "moved": "Your followers are on their way to the new account.",
    "ruled": "The rule holds from now on.",
    "welcome": "Welcome! This is your page. Show your first work when you like.",
}


async def show(
    template: str,
    *,
    status: int = 200,
    terms: Terms | None = None,
    problem: str = "",
    **values: Any,
) -> Response:
    """The page; `terms` are those of what it shows (the instance's own otherwise)."""
    said = terms or consents.of_instance()
    body = await render_template(
        template,
        **{
            "terms": terms,
            "terms_tags": html_meta.render(said),
            "licences": list(LICENCES.values()),
            "problem": problem,
            "said": SAID.get(request.args.get("said", ""), ""),
            "here": request.path,
            **values,
        },
    )
    response = Response(body, status, Headers(terms_headers.render(said)), content_type="text/html; charset=utf-8")
    return sessions.remember_csrf(response)


def go(path: str, said: str = "") -> Response:
    """After something was done: see other (303), with the words that SAID has for it."""
    where, mark, fragment = path.partition("#")
    if said:
        where += ("&" if "?" in where else "?") + urlencode({"said": said})
    return redirect(where + mark + fragment, 303)  # type: ignore[return-value]


def local_path(path: str, otherwise: str = "/") -> str:
    """A path of ours to go back to; anything that could lead elsewhere gives `otherwise`."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return otherwise
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in path):
        return otherwise
    try:
        parts = urlsplit(path)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else path
