"""Following somebody here from another server: the visitor names their own address, and is led to its dialog.

The other way round, `/authorize_interaction?uri=...` is where other servers lead our people.
"""

from urllib.parse import quote, urlsplit

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import config, urls
from fedi.activitypub import fetch
from fedi.activitypub.protocol import documents, webfinger
from fedi.errors import BadRequest, FediError, NotFound
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import domains, posts
from fedi.web import database, limits, sessions
from fedi.web.pages import cards, forms, page, people
from fedi.web.pages.cards import Face

blueprint = Blueprint("remote_follow", __name__)
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
LOOKUPS = limits.Limit("remote follow", 20, 300)
MAX_LENGTH = 2048


@blueprint.get("/@<handle>/follow")
async def ask(handle: str) -> Response:
    face = await database.reading(_face, handle)
    if sessions.account() is not None:
        return page.go(face.page)
    return await _form(face)


@blueprint.post("/@<handle>/follow")
async def lead(handle: str) -> Response:
    """Ask the visitor's server by WebFinger where its follow dialog is, and lead them there."""
    form = await forms.read()
    face = await database.reading(_face, handle)
    typed = form.get("handle", "").strip()[:MAX_LENGTH]
    limits.take(LOOKUPS, sessions.client_address())
    try:
        return page.go(await _dialog(typed, urls.origin() + face.page if face.local else face.away))
    except FediError as error:
        return await _form(face, status=422, problem=str(error), handle=typed)


@blueprint.get("/authorize_interaction")
@sessions.required
async def interact() -> Response:
    """The person or post that another server (or its visitor) names, ready to be followed or answered here."""
    typed = request.args.get("uri", "")[:MAX_LENGTH].replace("\0", "").removeprefix("acct:").strip()
    limits.take(LOOKUPS, str(sessions.account_id()))
    found = await fetch.find(typed) if typed else None
    if found is None:
        raise NotFound("nothing was found at that address, or its server does not answer")
    return page.go(await database.reading(_page, found, sessions.account_id()))


async def _form(face: Face, *, status: int = 200, problem: str = "", handle: str = "") -> Response:
    """Without form-action in its policy: browsers hold the redirect after the form to it, and servers live anywhere."""
    response = await page.show("pages/follow.html", status=status, problem=problem, face=face, handle=handle)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return response


async def _dialog(typed: str, profile: str) -> str:
    """The address of the follow dialog on the server of a handle. Raises BadRequest with what to do."""
    handle = webfinger.parse_handle(typed)
    if handle is None:
        raise BadRequest("write your whole address, such as @you@your.server")
    settings = config.settings()
    if handle.domain in {settings.domain, settings.host.lower()}:
        raise BadRequest("that address is of this very server: sign in instead")
    if not await database.reading(domains.may_federate, handle.domain):
        raise BadRequest(f"this server does not talk to {handle.domain}")
    address = f"https://{handle.domain}/.well-known/webfinger?resource={quote(f'acct:{handle}', safe='@:')}"
    try:
        answer = await fetch.get(address, accept="application/jrd+json, application/json", signed=False)
        found = webfinger.templates(documents.loads(answer.body), [SUBSCRIBE])
    except FediError:
        raise BadRequest(f"{handle.domain} does not know {handle}, or does not answer") from None
    template = found.get(SUBSCRIBE, "")
    if "{uri}" not in template or not _is_web(template):
        raise BadRequest(f"{handle.domain} has no such dialog: search there for the address of this page")
    return template.replace("{uri}", quote(profile, safe=""))


def _is_web(address: str) -> bool:
    if any(ord(character) < 0x21 for character in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ({"https"} if config.settings().secure else {"https", "http"}) and bool(parts.hostname)


def _face(session: Session, handle: str) -> Face:
    return cards.face(people.find(session, handle))


def _page(session: Session, found: Actor | Post, account_id: int) -> str:
    viewer = people.viewer(session, account_id)
    if isinstance(found, Actor):
        return cards.face(people.by_id(session, found.id)).page
    return cards.page_of(posts.get_visible(session, found.id, viewer))
