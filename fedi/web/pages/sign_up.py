"""Signing up on our own page, by an invite too, and confirming the e-mail address.

Programs that fill in forms are told by a field that people do not see, and by the time: nobody reads the rules in three
seconds. What is too much for one network address or one day is 429.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from itsdangerous import BadSignature
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import clock, config, mail
from fedi.errors import NotAllowed, NotFound
from fedi.models.account import Account
from fedi.models.sign_up import SignUp
from fedi.services import accounts, actor_keys, invites, rules, secret, sign_ups
from fedi.services.sign_ups import Invalid, Wish
from fedi.web import database, limits, sessions
from fedi.web.pages import forms, page
from fedi.web.pages.sign_in import open_browser

blueprint = Blueprint("sign_up", __name__)
MIN_SECONDS = 3
LABELS = {
    "username": "This name", "email": "This address", "password": "The password", "reason": "What you write",
    "agreement": "The rules",
}  # fmt: skip
TOO_FAST = "that was faster than people are: please send it once more"
WRONG = "something needs changing: it is said beside it"


@blueprint.get("/auth/sign_up")
async def ask() -> Response:
    if sessions.account() is not None:
        return page.go("/home")
    return await _page({"invite": request.args.get("invite", "")[:32]})


@blueprint.get("/invite/<code>")
async def invited(code: str) -> Response:
    """Raises NotFound for a code that lets nobody in."""
    if config.settings().registrations == "closed" or await database.reading(invites.find, code) is None:
        raise NotFound("this invite was used already or is too old: ask for a new one")
    return page.go(f"/auth/sign_up?invite={code}")


@blueprint.post("/auth/sign_up")
async def answer() -> Response:
    form = await forms.read()
    limits.take(limits.SIGN_IN_ADDRESS, sessions.client_address())
    if form.get("website") or not _took_time(form.get("started", "")):
        return await _page(form, problem=TOO_FAST, status=422)
    wish = _wish(form)
    try:
        await database.reading(sign_ups.check, wish)
        limits.take(limits.SIGN_UP, sessions.client_address())
        hashed = await database.thread(accounts.hash_password, wish.password)
        key = await database.thread(actor_keys.generate)
        row, account = await database.writing(_begin, wish, hashed, key)
    except Invalid as error:
        return await _page(form, problem=WRONG, status=422, wrong=error)
    except NotAllowed:
        return await _page(form, status=403)
    if account is None:
        return page.go("/sign-in", "confirm" if row.confirmed_at is None else "waiting")
    response = page.go(f"/@{account.actor.name}", "welcome")
    await open_browser(response, account)
    return response


@blueprint.get("/auth/confirmation/<token>")
async def look(token: str) -> Response:
    """A button, as programs that look into letters follow every link."""
    row = await database.reading(sign_ups.by_confirmation, token)
    return _unseen(await page.show("pages/confirmation.html", name=row.name, email=row.email))


@blueprint.post("/auth/confirmation/<token>")
async def confirm(token: str) -> Response:
    await forms.read()
    limits.take(limits.SIGN_IN_ADDRESS, sessions.client_address())
    await database.reading(sign_ups.by_confirmation, token)
    key = await database.thread(actor_keys.generate)
    account = await database.writing(_confirm, token, key)
    return page.go("/sign-in", "confirmed" if account is not None else "waiting")


async def _page(
    form: dict[str, str], *, problem: str = "", status: int = 200, wrong: Invalid | None = None
) -> Response:
    code = form.get("invite", "")
    invite, house = await database.reading(_load, code)
    mode = config.settings().registrations
    problems: dict[str, str] = {}
    for each in wrong.problems if wrong else ():
        problems.setdefault(each.field, f"{LABELS[each.field]} {each.words}.")
    return await page.show(
        "pages/sign_up.html",
        status=status,
        problem=problem,
        open=mode in {"open", "approval"} or (mode == "invite" and invite),
        reasons=mode == "approval" and not invite,
        form={**form, "invite": code if invite else ""},
        wrong=problems,
        rules=house,
        mailing=mail.configured(),
        most=sign_ups.MAX_REASON,
        started=secret.signer("sign-up").dumps(int(clock.timestamp())),
    )


def _load(session: Session, code: str) -> tuple[bool, list[Any]]:
    return invites.find(session, code) is not None, list(rules.listed(session))


def _took_time(started: str) -> bool:
    try:
        return clock.timestamp() - int(secret.signer("sign-up").loads(started)) >= MIN_SECONDS
    except BadSignature:
        return False


def _wish(form: dict[str, str]) -> Wish:
    return Wish(
        name=form.get("username", "").strip().lstrip("@"),
        email=form.get("email", "").strip(),
        password=form.get("password", ""),
        agreement=form.get("agreement") == "1",
        reason=form.get("reason", "").replace("\r\n", "\n"),
        code=form.get("invite", ""),
    )


def _begin(session: Session, wish: Wish, hashed: str, key: RSAPrivateKey) -> tuple[SignUp, Account | None]:
    row = sign_ups.begin(session, wish, hashed)
    return row, sign_ups.settle(session, row, key=key)


def _confirm(session: Session, token: str, key: RSAPrivateKey) -> Account | None:
    return sign_ups.confirm(session, sign_ups.by_confirmation(session, token), key=key)


def _unseen(response: Response) -> Response:
    """The address of this page is a secret: it goes to no other site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
