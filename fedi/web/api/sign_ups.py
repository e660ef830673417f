"""POST /api/v1/accounts and /api/v1/emails: signing up with an app, and confirming the address.

As Mastodon 4.6: the answer is a token at once, which opens nothing that needs a person until they are let in.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotAllowed, Unauthorized
from fedi.models.oauth import AccessToken, App
from fedi.models.sign_up import SignUp
from fedi.services import accounts, actor_keys, sign_ups, tokens
from fedi.services.sign_ups import Invalid, Wish
from fedi.web import database, limits
from fedi.web.api import access, oauth, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.params import Params
from fedi.web.sessions import client_address

blueprint = api_blueprint(__name__)
NOT_AN_APP = "This method requires an client credentials authentication"  # Mastodon's words
OTHER_APP = "This method is only available to the application the user originally signed-up with"
NOT_WAITING = "This method is only available while the e-mail is awaiting confirmation"
AGREED = {"1", "true"}


@blueprint.post("/api/v1/accounts")
async def create() -> Response:
    access.count(limits.SIGN_UP, client_address())
    row = access.token()
    if row.account is not None or row.app is None or await database.reading(sign_ups.of_token, row.id) is not None:
        raise NotAllowed(NOT_AN_APP)
    wish = _wish(await params.read())
    try:
        await database.reading(sign_ups.check, wish)
        hashed = await database.thread(accounts.hash_password, wish.password)
        key = await database.thread(actor_keys.generate)
        made = await database.writing(_begin, wish, hashed, key, row.app.id)
    except Invalid as error:
        return _invalid(error)
    return answer(made)


@blueprint.get("/api/v1/emails/check_confirmation")
async def check_confirmation() -> Response:
    row = access.token()
    if row.account is not None:
        return answer(True)
    waits = await database.reading(sign_ups.of_token, row.id)
    if waits is None:
        raise Unauthorized("This method requires an authenticated user")
    return answer(waits.confirmed_at is not None)


@blueprint.post("/api/v1/emails/confirmations")
async def confirm() -> Response:
    """Another letter, or one to another address."""
    access.count(limits.SIGN_UP, client_address())
    given = await params.read()
    email = given.text("email").strip() if given.has("email") else None
    try:
        await database.writing(_send_again, access.token(), email)
    except Invalid as error:
        return _invalid(error)
    return answer({})


def _wish(given: Params) -> Wish:
    """Of `date_of_birth` and `time_zone` nothing is kept."""
    return Wish(
        name=given.text("username").strip(),
        email=given.text("email").strip(),
        password=given.text("password"),
        agreement=given.text("agreement") in AGREED,
        reason=given.text("reason"),
        language=params.language_of(given.text("locale")),
        code=given.text("invite_code").strip(),
    )


def _begin(session: Session, wish: Wish, hashed: str, key: RSAPrivateKey, app_id: int) -> dict[str, Any]:
    text, token = tokens.issue_to_newcomer(session, session.get_one(App, app_id))
    sign_ups.settle(session, sign_ups.begin(session, wish, hashed, token=token), key=key)
    return oauth.bearer_body(text, token.scopes)


def _send_again(session: Session, token: AccessToken, email: str | None) -> None:
    waits: SignUp | None = sign_ups.of_token(session, token.id)
    if waits is None and token.account is None:
        raise NotAllowed(OTHER_APP)
    if waits is None or waits.confirmed_at is not None:
        raise NotAllowed(NOT_WAITING)
    sign_ups.send_confirmation(session, waits, email=email)


def _invalid(error: Invalid) -> Response:
    """The ValidationError entity."""
    details: dict[str, list[dict[str, str]]] = {}
    for each in error.problems:
        details.setdefault(each.field, []).append({"error": f"ERR_{each.code}", "description": each.words})
    return answer({"error": str(error), "details": details}, 422)
