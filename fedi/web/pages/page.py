"""How every page answers: the template with the terms in its head and headers, and short words after a redirect."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from quart import Response, redirect, render_template, request
from werkzeug.datastructures import Headers

from fedi.policy.consent import strictest
from fedi.policy.layers import headers as terms_headers
from fedi.policy.layers import html_meta
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms
from fedi.services import consents
from fedi.web import sessions
from fedi.web.pages.cards import Card

DOCUMENT, CARD = "application/activity+json", "application/json+oembed"
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
    "confirm": "Nearly there: we sent you a letter with a link that confirms your address.",
    "confirmed": "Your address is confirmed: you can sign in.",
    "waiting": "Thank you. The moderators read your request, and then you can sign in.",
    "let-in": "They are let in.",
    "not-let-in": "They are not let in. What they asked is kept below for a while.",
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
    """The page; `terms` are those of what it shows (the instance's own otherwise).

    Head and headers say them as strictly as the strictest of all cards that are among the values.
    `alternates` are (media type, address) of the same in other forms, told in the head and in headers.
    """
    said = _strictest(terms or consents.of_instance(), values)
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
    for kind, href in values.get("alternates", []):
        response.headers.add("Link", f'<{href}>; rel="alternate"; type="{kind}"')
    return sessions.remember_csrf(response)


def _strictest(terms: Terms, values: Mapping[str, Any]) -> Terms:
    """A page that shows works of several must not say for one of them what only another permits."""
    several = [value if isinstance(value, list) else [value] for value in values.values()]
    shown = {each for some in several for card in some if isinstance(card, Card) for each in card.consents}
    return replace(terms, consent=strictest(terms.consent, *shown)) if shown - {terms.consent} else terms


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
