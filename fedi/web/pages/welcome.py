"""The first account, an admin, by the one-time link that `fedi serve` prints."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, Conflict
from fedi.models.account import Account, LinkPurpose, Role
from fedi.services import accounts, actor_keys, links
from fedi.web import database, limits, sessions
from fedi.web.pages import forms, page
from fedi.web.pages.sign_in import open_browser

blueprint = Blueprint("welcome", __name__)


@dataclass(frozen=True)
class New:
    """The account to make; what is slow was made before."""

    name: str
    email: str
    password_hash: str
    key: RSAPrivateKey


@blueprint.get("/welcome/<token>")
async def ask(token: str) -> Response:
    await database.reading(links.find, LinkPurpose.FIRST_ADMIN, token)
    return await page.show("pages/welcome.html", form={"name": "", "email": ""})


@blueprint.post("/welcome/<token>")
async def answer(token: str) -> Response:
    form = await forms.read()
    limits.take(limits.SIGN_IN_ADDRESS, sessions.client_address())
    await database.reading(links.find, LinkPurpose.FIRST_ADMIN, token)
    name, email = form.get("name", "").strip().lstrip("@"), form.get("email", "").strip()
    try:
        await database.reading(_check, name, email)
        hashed = await database.thread(accounts.hash_password, form.get("password", ""))
        key = await database.thread(actor_keys.generate)
        account = await database.writing(_make, token, New(name, email, hashed, key))
    except (BadRequest, Conflict) as error:
        values = {"name": name, "email": email}
        return await page.show("pages/welcome.html", status=error.status, problem=str(error), form=values)
    response = page.go(f"/@{account.actor.name}", "welcome")
    await open_browser(response, account)
    return response


def _check(session: Session, name: str, email: str) -> None:
    accounts.check_new(session, name=name, email=email)


def _make(session: Session, token: str, made: New) -> Account:
    links.take(session, LinkPurpose.FIRST_ADMIN, token)
    return accounts.create(
        session, name=made.name, email=made.email, password_hash=made.password_hash, role=Role.ADMIN, key=made.key
    )
