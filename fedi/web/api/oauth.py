"""OAuth 2: the page where a person lets an app in, and the addresses where the app gets and ends its token.

RFC 6749 (authorisation code and client credentials), RFC 7636 (PKCE, S256 only), RFC 7009 (revocation), RFC 8414
(metadata), as Mastodon 4.6 has them.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from quart import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import BadRequest, NotAllowed, Unauthorized
from fedi.models.oauth import App
from fedi.services import apps, tokens
from fedi.services import scopes as scoping
from fedi.web import database, sessions
from fedi.web.api import lookup, params
from fedi.web.api.answers import answer
from fedi.web.api.params import Params

blueprint = Blueprint("oauth", __name__)
LOOPBACK = {"127.0.0.1", "::1"}
ONCE = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method")


@dataclass(frozen=True)
class Asked:
    """What an app asks of a person, checked."""

    app: App
    redirect_uri: str
    scopes: list[str]
    state: str
    challenge: str | None

    @property
    def out_of_band(self) -> bool:
        return self.redirect_uri == apps.OUT_OF_BAND


class BadAsk(BadRequest):
    """The app's request is wrong in a way that must not lead anybody back to it (400)."""

    status = 400


@blueprint.get("/oauth/authorize")
async def authorize() -> Any:
    """Say plainly who asks for what. A stranger signs in first."""
    asked = await _asked(request.args)
    account = sessions.account()
    if account is None:
        return redirect(f"/sign-in?next={quote(request.full_path, safe='')}", 303)
    tokens.check_may_grant(account, asked.scopes)
    page = await render_template(
        "oauth/authorize.html",
        app=asked.app,
        scopes=asked.scopes,
        words=[SCOPE_WORDS.get(scope.partition(":")[0], scope) for scope in asked.scopes],
        fields={name: request.args.get(name, "") for name in ONCE},
        destination=_destination(asked.redirect_uri),
    )
    return sessions.remember_csrf(_page(page))


@blueprint.post("/oauth/authorize")
async def decide() -> Any:
    """The person's answer, from our own form only."""
    account = sessions.account()
    if account is None:
        raise Unauthorized("please sign in and try again")
    await sessions.check_csrf()
    form = await request.form
    asked = await _asked(form)
    if form.get("answer") != "yes":
        said = {
            "error": "access_denied",
            "error_description": "The resource owner or authorization server denied the request.",
        }
        return _back(asked, said) if not asked.out_of_band else redirect("/", 303)
    code = await database.writing(_make_code, account.id, asked)
    if asked.out_of_band:
        return redirect(f"/oauth/authorize/native?code={code}", 303)
    return _back(asked, {"code": code})


@blueprint.get("/oauth/authorize/native")
async def native() -> Response:
    """Show the code to a person whose app cannot be led back to."""
    return _page(await render_template("oauth/code.html", code=request.args.get("code", "")[:128]))


@blueprint.post("/oauth/token")
async def token() -> Response:
    """A token for a code, or for the app itself."""
    given = await params.read()
    grant = given.text("grant_type")
    for name in ("grant_type", "code") if grant == "authorization_code" else ("grant_type",):
        if not given.text(name):
            return _refused("invalid_request", f"Missing required parameter: {name}.", 400)
    try:
        client_id, client_secret = _client(given)
        if grant == "authorization_code":
            body = await database.writing(_by_code, client_id, client_secret, given)
        elif grant == "client_credentials":
            body = await database.writing(_by_client, client_id, client_secret, given.text("scope"))
        else:
            return _refused("unsupported_grant_type", "The authorization grant type is not supported.", 400)
    except Unauthorized as error:
        refused = _refused("invalid_client", str(error), 401)
        refused.headers["WWW-Authenticate"] = 'Basic realm="fedi"'  # RFC 6749 section 5.2
        return refused
    except tokens.BadGrant as error:
        return _refused("invalid_grant", str(error), 400)
    except (BadRequest, NotAllowed):
        return _refused("invalid_scope", "The requested scope is invalid, unknown, or malformed.", 400)
    return _never_kept(answer(body))


@blueprint.post("/oauth/revoke")
async def revoke() -> Response:
    given = await params.read()
    client_id, client_secret = _client(given)
    try:
        await database.writing(_revoke, client_id, client_secret, given.text("token"))
    except (NotAllowed, Unauthorized):
        return _refused("unauthorized_client", "You are not authorized to revoke this token", 403)
    return _never_kept(answer({}))


@blueprint.get("/.well-known/oauth-authorization-server")
async def metadata() -> Response:
    """RFC 8414."""
    origin = urls.origin()
    response = answer(
        {
            "issuer": f"{origin}/",
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "revocation_endpoint": f"{origin}/oauth/revoke",
            "userinfo_endpoint": f"{origin}/oauth/userinfo",
            "scopes_supported": list(scoping.KNOWN),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "service_documentation": "https://docs.joinmastodon.org/",
            "app_registration_endpoint": f"{origin}/api/v1/apps",
        },
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


SCOPE_WORDS = {
    "read": "read everything in your account, your private posts too",
    "write": "post, edit and delete in your name, and change your profile",
    "follow": "change whom you follow, block and mute",
    "push": "send you push notifications",
    "profile": "read your public profile",
    "admin": "moderate this server with your powers",
}


async def _asked(given: Any) -> Asked:
    """Check the request of an app. Raises BadAsk, which leads nobody anywhere."""
    for name in ONCE:
        if len(given.getlist(name)) > 1:
            raise BadAsk(f"{name} is given more than once")
    app = await database.reading(apps.find, given.get("client_id", ""))
    if app is None:
        raise BadAsk("no such app is registered here: it must register first")
    redirect_uri = given.get("redirect_uri", "")
    if not any(_same_address(registered, redirect_uri) for registered in app.redirect_uris):
        raise BadAsk("the app asks to be led back to an address that it did not register")
    if given.get("response_type", "") != "code":
        raise BadAsk("response_type must be code")
    challenge = given.get("code_challenge") or None
    if challenge is not None and given.get("code_challenge_method", "") != "S256":
        raise BadAsk("code_challenge_method must be S256")
    try:
        tokens.check_challenge(challenge)
        asked = scoping.parse(given.get("scope", "") or scoping.DEFAULT)
    except BadRequest as error:
        raise BadAsk(str(error)) from None
    if not scoping.within(asked, app.scopes.split()):
        raise BadAsk("the app asks for more than it registered for")
    return Asked(app, redirect_uri, asked, given.get("state", ""), challenge)


def _same_address(registered: str, given: str) -> bool:
    """Exactly the same; an app on this computer may choose its port (RFC 8252 section 7.3)."""
    if registered == given:
        return True
    try:
        ours, theirs = urlsplit(registered), urlsplit(given)
        if ours.hostname not in LOOPBACK or ours.scheme != "http" or "#" in given or "@" in theirs.netloc:
            return False
        port = theirs.port
    except ValueError:
        return False
    return port is not None and (ours.scheme, ours.hostname, ours.path, ours.query) == (
        theirs.scheme,
        theirs.hostname,
        theirs.path,
        theirs.query,
    )


def _destination(redirect_uri: str) -> str:
    """Where the person goes next, in words for the page."""
    return (
        "" if redirect_uri == apps.OUT_OF_BAND else urlsplit(redirect_uri).netloc or f"{urlsplit(redirect_uri).scheme}:"
    )


def _back(asked: Asked, said: dict[str, str]) -> Response:
    if asked.state:
        said = {**said, "state": asked.state}
    separator = "&" if "?" in asked.redirect_uri else "?"
    response = Response("", 302, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = f"{asked.redirect_uri}{separator}{urlencode(said)}"
    return _never_kept(response)


def _page(body: str) -> Response:
    """Without form-action in its policy: browsers hold the redirect after the form to it, and apps live anywhere."""
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return _never_kept(response)


def _client(given: Params) -> tuple[str, str]:
    """Who the app says it is: HTTP Basic, or in the body (RFC 6749 section 2.3.1)."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote(name), unquote(secret)
    return given.text("client_id"), given.text("client_secret")


def _app(session: Session, client_id: str, client_secret: str) -> App:
    found = apps.authenticate(session, client_id, client_secret)
    if found is None:
        raise Unauthorized(
            "Client authentication failed due to unknown client, no client authentication included, or unsupported "
            "authentication method.",
        )
    return found


def _make_code(session: Session, account_id: int, asked: Asked) -> str:
    account = lookup.me(session, account_id)
    return tokens.make_code(
        session,
        app=session.get_one(App, asked.app.id),
        account=account,
        redirect_uri=asked.redirect_uri,
        scopes=asked.scopes,
        challenge=asked.challenge,
    )


def _by_code(session: Session, client_id: str, client_secret: str, given: Params) -> dict[str, Any]:
    app = _app(session, client_id, client_secret)
    text, row = tokens.exchange(
        session,
        app=app,
        code=given.text("code"),
        redirect_uri=given.text("redirect_uri"),
        verifier=given.text("code_verifier") or None,
    )
    return bearer_body(text, row.scopes)


def _by_client(session: Session, client_id: str, client_secret: str, scope: str) -> dict[str, Any]:
    app = _app(session, client_id, client_secret)
    asked = scoping.parse(scope or scoping.DEFAULT)
    if not scoping.within(asked, app.scopes.split()) or scoping.moderators_only(asked):
        raise BadRequest("more than the app registered for")
    return bearer_body(tokens.issue_to_app(session, app, asked), " ".join(asked))


def _revoke(session: Session, client_id: str, client_secret: str, token: str) -> None:
    tokens.revoke(session, app=_app(session, client_id, client_secret), token=token)


def bearer_body(text: str, scopes: str) -> dict[str, Any]:
    """The Token entity."""
    return {"access_token": text, "token_type": "Bearer", "scope": scopes, "created_at": int(clock.timestamp())}


def _refused(error: str, description: str, status: int) -> Response:
    return _never_kept(answer({"error": error, "error_description": description}, status))


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Pragma"] = "no-cache"
    return response
