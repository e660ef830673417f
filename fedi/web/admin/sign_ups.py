"""Who would like an account: letting people in, or not, and invites, which let in beforehand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import BadRequest, NotFound
from fedi.models.sign_up import SignUp
from fedi.services import actor_keys, invites, sign_ups
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import forms, page, people

blueprint = Blueprint("moderation_sign_ups", __name__)
MOST = 40


@dataclass(frozen=True)
class Asking:
    """One who waits; `known` says that the same name or address was rejected before."""

    id: int
    name: str
    email: str
    reason: str
    when: datetime
    confirmed: bool
    known: bool


@blueprint.get("/moderation/sign-ups")
@sessions.moderators
async def listed() -> Response:
    return await _page()


@blueprint.post("/moderation/sign-ups/<id_>/approve")
@sessions.moderators
async def approve(id_: str) -> Response:
    await forms.read()
    key = await database.thread(actor_keys.generate)
    await database.writing(_approve, sessions.account_id(), forms.number(id_), key)
    return page.go("/moderation/sign-ups", "let-in")


@blueprint.post("/moderation/sign-ups/<id_>/reject")
@sessions.moderators
async def reject(id_: str) -> Response:
    await forms.read()
    await database.writing(_reject, sessions.account_id(), forms.number(id_))
    return page.go("/moderation/sign-ups", "not-let-in")


@blueprint.post("/moderation/invites")
@sessions.moderators
async def invite() -> Response:
    form = await forms.read()
    try:
        await database.writing(_invite, sessions.account_id(), _count(form, "uses"), _count(form, "days"))
    except BadRequest as error:
        return await _page(error)
    return page.go("/moderation/sign-ups#invites", "saved")


@blueprint.post("/moderation/invites/<id_>/withdraw")
@sessions.moderators
async def withdraw(id_: str) -> Response:
    await forms.read()
    await database.writing(invites.withdraw, forms.number(id_))
    return page.go("/moderation/sign-ups#invites", "saved")


async def _page(error: BadRequest | None = None) -> Response:
    return await page.show(
        "moderation/sign_ups.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        mode=config.settings().registrations,
        here="/moderation/reports",
        **await database.reading(_load, forms.page(MOST)),
    )


def _load(session: Session, where: Page) -> dict[str, Any]:
    found = sign_ups.waiting(session, where)
    return {
        "people": [_asking(session, row) for row in found],
        "rejected": sign_ups.rejected(session, Page(limit=MOST)) if where.max_id is None else [],
        "invites": [(row, invites.address(row)) for row in invites.listed(session)],
        "next": f"/moderation/sign-ups?before={found[-1].id}" if len(found) == where.limit else "",
    }


def _asking(session: Session, row: SignUp) -> Asking:
    return Asking(
        id=row.id,
        name=row.name,
        email=row.email,
        reason=row.reason,
        when=row.created_at,
        confirmed=row.confirmed_at is not None,
        known=sign_ups.rejected_before(session, row),
    )


def _count(form: dict[str, str], name: str) -> int | None:
    """A number of the form, None for an empty field: without end. Raises BadRequest."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadRequest("uses and days are numbers, or empty for no end")
    return int(text)


def _find(session: Session, id_: int) -> SignUp:
    row = sign_ups.find(session, id_)
    if row is None:
        raise NotFound("nobody waits here: another moderator may have answered")
    return row


def _approve(session: Session, account_id: int, id_: int, key: RSAPrivateKey) -> None:
    sign_ups.approve(session, people.me(session, account_id), _find(session, id_), key=key)


def _reject(session: Session, account_id: int, id_: int) -> None:
    sign_ups.reject(session, people.me(session, account_id), _find(session, id_))


def _invite(session: Session, account_id: int, uses: int | None, days: int | None) -> None:
    invites.make(session, people.me(session, account_id), uses=uses, days=days)
