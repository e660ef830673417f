"""The page that asks a suspicious visitor for a little work or a little patience, and the link that makes one so."""

from quart import Blueprint, Response, request

from fedi.errors import FediError, NotFound
from fedi.web import addresses, passes, sessions, suspicion
from fedi.web.pages import forms, page

blueprint = Blueprint("wait", __name__)
RETRY = 10


async def stop() -> Response | None:
    """Before every request, once it is known who is signed in."""
    return await _show(request.full_path.rstrip("?")) if suspicion.suspicious() else None


@blueprint.get(f"{suspicion.TRAP}<token>")
async def trap(token: str) -> Response:
    """Only programs that read no robots.txt come here. What leads others here leads nowhere."""
    if not suspicion.is_trap(token):
        raise NotFound("there is nothing here")
    suspicion.mark()
    return await _show("/")


@blueprint.post("/wait")
async def go_on() -> Response:
    form = await forms.read()
    target = page.local_path(form.get("next", ""))
    household = addresses.household(sessions.client_address())
    try:
        passes.check(household, form.get("challenge", ""), form.get("answer", ""))
    except passes.TooSoon as error:
        return await _show(target, error=error)
    response = page.go(target)
    passes.give(response, household)
    return response


async def _show(target: str, *, error: FediError | None = None) -> Response:
    """429 with the form: no page is lost, it comes afterwards."""
    response = await page.show(
        "pages/wait.html",
        status=429,
        problem=str(error) if error else "",
        challenge=passes.challenge(addresses.household(sessions.client_address())),
        next=page.local_path(target),
        here="/wait",
    )
    response.headers["Retry-After"] = str(RETRY)
    return response
