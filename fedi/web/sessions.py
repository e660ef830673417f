"""Who is asking: the signed-in account of a browser, its CSRF token, and the address of the client.

A cookie-authenticated request that changes something must come from our own pages: its Origin (or Sec-Fetch-Site)
must be ours and its form must carry the token bound to the session.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import quote

from itsdangerous import BadSignature
from quart import Quart, Response, g, redirect, request

from fedi import config
from fedi.errors import NotAllowed, NotFound, Unauthorized
from fedi.models.account import Account
from fedi.services import secret
from fedi.services import sessions as web_sessions
from fedi.web import addresses, database

COOKIE = "fedi_session"
CSRF_COOKIE = "fedi_csrf"
WITHOUT_ACCOUNT = ("/api/", "/static/", "/media/", "/inbox", "/.well-known/")
SAFE = {"GET", "HEAD", "OPTIONS"}
FORM_AGE = 12 * 3600
P = ParamSpec("P")
View = Callable[P, Awaitable[Any]]


def install(app: Quart) -> None:
    app.before_request(_load)
    app.context_processor(_context)


async def _load() -> None:
    """Find the account of the cookie; only pages use it (the API has bearer tokens)."""
    g.account = None
    g.session_token = ""
    g.new_csrf_seed = ""
    if "Cookie" not in request.headers or request.path.startswith(WITHOUT_ACCOUNT):
        return
    token = request.cookies.get(cookie_name(COOKIE), "")
    if token:
        g.account = await database.reading(web_sessions.find, token)
        g.session_token = token if g.account else ""


def account() -> Account | None:
    """The signed-in account, or None."""
    found: Account | None = getattr(g, "account", None)
    return found


def account_id() -> int:
    """The id of the signed-in account, in views that are `required`. Raises Unauthorized."""
    found = account()
    if found is None:
        raise Unauthorized("please sign in")
    return found.id


def cookie_name(name: str) -> str:
    """`__Host-` pins the cookie to this host over TLS (RFC 6265bis section 4.1.3.2)."""
    return f"__Host-{name}" if config.settings().secure else name


def set_cookie(response: Response, name: str, value: str, *, days: int) -> None:
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=days * 86400,
        path="/",
        secure=config.settings().secure,
        httponly=True,
        samesite="Lax",
    )


def sign_in(response: Response, token: str) -> None:
    set_cookie(response, COOKIE, token, days=web_sessions.LIFETIME.days)


def sign_out(response: Response) -> None:
    secure = config.settings().secure
    response.delete_cookie(cookie_name(COOKIE), path="/", secure=secure, httponly=True, samesite="Lax")


def required(view: View[P]) -> View[P]:
    """Only for signed-in people: others are sent to sign in and come back."""

    @wraps(view)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        if account() is None:
            target = request.full_path.rstrip("?") if request.method in SAFE else "/"
            return redirect(f"/sign-in?next={quote(target, safe='')}", 303)
        return await view(*args, **kwargs)

    return wrapped


def moderators(view: View[P]) -> View[P]:
    """Only for moderators and admins; for anyone else the page does not exist."""

    @wraps(view)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        who = account()
        if who is None or not who.moderates:
            raise NotFound("there is nothing here")
        return await view(*args, **kwargs)

    return wrapped


def csrf_token() -> str:
    """The token for forms of this browser: bound to its session, or to a cookie before sign-in."""
    seed = g.session_token or request.cookies.get(cookie_name(CSRF_COOKIE), "") or g.new_csrf_seed
    if not seed:
        seed = g.new_csrf_seed = secret.token()
    return secret.signer("csrf").dumps(secret.token_hash(seed))


async def check_csrf() -> None:
    """Raises NotAllowed unless this POST comes from a form of ours. Every view that changes something calls it."""
    form = await request.form
    check_csrf_token(form.get("csrf", "") or request.headers.get("X-CSRF-Token", ""))


def check_csrf_token(given: str) -> None:
    """The same for a form that the view reads itself, such as one with files."""
    _same_origin()
    seed = g.session_token or request.cookies.get(cookie_name(CSRF_COOKIE), "")
    try:
        said = secret.signer("csrf").loads(given, max_age=FORM_AGE)
    except BadSignature:
        said = None
    if not seed or said != secret.token_hash(seed):
        raise NotAllowed("this form is too old or comes from elsewhere: go back, reload the page and send it again")


def _same_origin() -> None:
    origin = request.headers.get("Origin", "")
    site = request.headers.get("Sec-Fetch-Site", "")
    if origin and origin != "null" and origin not in {config.settings().origin, f"{request.scheme}://{request.host}"}:
        raise NotAllowed("this form was sent from another site")
    if site and site not in {"same-origin", "none"}:
        raise NotAllowed("this form was sent from another site")


def remember_csrf(response: Response) -> Response:
    """Give a browser that has no session yet the cookie its form token is bound to."""
    if g.get("new_csrf_seed"):
        set_cookie(response, CSRF_COOKIE, g.new_csrf_seed, days=1)
    return response


def client_address() -> str:
    """The client's IP address; X-Forwarded-For counts only from `FEDI_TRUSTED_PROXIES`."""
    return addresses.client(request.remote_addr or "", ",".join(request.headers.getlist("X-Forwarded-For")))


def _context() -> dict[str, Any]:
    return {"me": account(), "csrf_token": csrf_token, "instance": config.settings()}
