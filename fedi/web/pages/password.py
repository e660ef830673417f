"""A forgotten password: asking for a link by e-mail, and setting a new one with it."""

import logging

from quart import Blueprint, Response, current_app
from sqlalchemy.orm import Session

from fedi import config, mail, urls
from fedi.errors import BadRequest, Unreachable
from fedi.models.account import Account, LinkPurpose
from fedi.services import accounts, links
from fedi.web import database, limits, sessions
from fedi.web.pages import forms, page

log = logging.getLogger(__name__)
blueprint = Blueprint("password", __name__)
HOURS = 2
LETTER = """Somebody, hopefully you, asked for a new password for your account at {name}.

Set it here, within {hours} hours:
{link}

If it was not you, do nothing: your password stays as it is.
"""


@blueprint.get("/reset-password")
async def ask() -> Response:
    return await page.show("pages/password_ask.html", sent=False, mailing=mail.configured())


@blueprint.post("/reset-password")
async def send() -> Response:
    """The same answer, at once, whether there is such an account or not."""
    form = await forms.read()
    email = form.get("email", "").strip()[:320]
    limits.take(limits.PASSWORD_RESET, sessions.client_address())
    limits.take(limits.PASSWORD_RESET, email.lower())
    if mail.configured():
        current_app.add_background_task(_write_to, email)
    return await page.show("pages/password_ask.html", sent=True, mailing=mail.configured())


@blueprint.get("/reset-password/<token>")
async def choose(token: str) -> Response:
    await database.reading(links.find, LinkPurpose.PASSWORD_RESET, token)
    return _unseen(await page.show("pages/password_set.html"))


@blueprint.post("/reset-password/<token>")
async def change(token: str) -> Response:
    form = await forms.read()
    limits.take(limits.SIGN_IN_ADDRESS, sessions.client_address())
    await database.reading(links.find, LinkPurpose.PASSWORD_RESET, token)
    try:
        hashed = await database.thread(accounts.hash_password, form.get("password", ""))
    except BadRequest as error:
        return _unseen(await page.show("pages/password_set.html", status=422, problem=str(error)))
    await database.writing(_change, token, hashed)
    return page.go("/sign-in", "password")


def _unseen(response: Response) -> Response:
    """The address of this page is a secret: it goes to no other site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _write_to(email: str) -> None:
    token = await database.writing(_link, email)
    if token is None:
        return
    settings = config.settings()
    letter = LETTER.format(name=settings.instance_name, hours=HOURS, link=f"{urls.origin()}/reset-password/{token}")
    try:
        await database.thread(mail.send, email, f"A new password for {settings.instance_name}", letter)
    except Unreachable as error:
        log.warning("a password link could not be sent: %s", error)


def _link(session: Session, email: str) -> str | None:
    account = accounts.by_email(session, email)
    if account is None or not account.active:
        return None
    return links.make(session, LinkPurpose.PASSWORD_RESET, account=account, hours=HOURS)


def _change(session: Session, token: str, hashed: str) -> None:
    link = links.take(session, LinkPurpose.PASSWORD_RESET, token)
    accounts.change_password(session, session.get_one(Account, link.account_id), hashed)
