"""Signing in and out."""

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import Unauthorized
from fedi.models.account import Account
from fedi.models.sign_up import SignUp
from fedi.services import accounts, sign_ups
from fedi.services import sessions as web_sessions
from fedi.web import database, limits, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("sign_in", __name__)
WRONG = "that e-mail or name and that password do not belong together"


@blueprint.get("/sign-in")
async def ask() -> Response:
    target = page.local_path(request.args.get("next", ""), "/home")
    if sessions.account() is not None:
        return page.go(target)
    return await page.show("pages/sign_in.html", next=target, login="")


@blueprint.post("/sign-in")
async def answer() -> Response:
    """The same words and the same time whether the account is unknown or the password wrong."""
    form = await forms.read()
    login, target = form.get("login", "").strip()[:320], page.local_path(form.get("next", ""), "/home")
    limits.take(limits.SIGN_IN_ADDRESS, sessions.client_address())
    limits.take(limits.SIGN_IN_ACCOUNT, login.lower().lstrip("@"))
    try:
        account = await _known(login, form.get("password", ""))
    except Unauthorized as error:
        return await page.show("pages/sign_in.html", status=401, problem=str(error), next=target, login=login)
    limits.forget(limits.SIGN_IN_ACCOUNT, login.lower().lstrip("@"))
    response = page.go(target)
    await open_browser(response, account)
    return response


@blueprint.post("/sign-out")
async def leave() -> Response:
    await forms.read()
    token = request.cookies.get(sessions.cookie_name(sessions.COOKIE), "")
    await database.writing(web_sessions.close, token)
    response = page.go("/", "signed-out")
    sessions.sign_out(response)
    return response


async def open_browser(response: Response, account: Account) -> None:
    """Sign this browser in: always a new session, so that nobody can choose it beforehand."""
    sessions.sign_in(response, await database.writing(_open, account.id, request.headers.get("User-Agent", "")))


async def _known(login: str, password: str) -> Account:
    account, waits = await database.reading(_by_login, login)
    good = await database.thread(accounts.verify_password, account or waits, password)
    if waits is not None and good:
        raise Unauthorized(await _why_not(waits))
    if account is None or not good:
        raise Unauthorized(WRONG)
    if not account.active:
        raise Unauthorized(f"this account cannot sign in: it is {account.state}")
    return account


async def _why_not(waits: SignUp) -> str:
    """What somebody who signed up and is not let in yet is told; a lost letter is sent again."""
    if waits.confirmed_at is not None:
        return "the moderators did not answer your request yet: please come back later"
    limits.take(limits.PASSWORD_RESET, waits.email)
    await database.writing(_remind, waits.id)
    return "your e-mail address is not confirmed yet: we sent you a new letter with a link"


def _by_login(session: Session, login: str) -> tuple[Account | None, SignUp | None]:
    account = accounts.by_login(session, login)
    return account, sign_ups.by_login(session, login) if account is None else None


def _remind(session: Session, id_: int) -> None:
    waits = sign_ups.find(session, id_)
    if waits is not None and waits.confirmed_at is None:
        sign_ups.send_confirmation(session, waits)


def _open(session: Session, account_id: int, user_agent: str) -> str:
    return web_sessions.open_session(session, session.get_one(Account, account_id), user_agent.replace("\0", ""))
