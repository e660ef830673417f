"""/api/v1/admin/accounts and /api/v2/admin/accounts: people, for moderators."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotAllowed, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.measure import Action
from fedi.models.sign_up import SignUp
from fedi.services import actor_keys, moderation, reports, sign_ups
from fedi.services.moderation import TAKEN, Wish
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import admin_account
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
STATUSES = ("pending", "disabled", "silenced", "suspended", "sensitized", "active")
LIFTING = {each.value: each for each in (Action.ENABLE, Action.UNSENSITIVE, Action.UNSILENCE, Action.UNSUSPEND)}
Deed = Callable[[Session, Account, Actor, Params], object]


@blueprint.get("/api/v1/admin/accounts")
async def listed() -> Response:
    """One flag for each status and origin, as the first version has it."""
    given = await params.read()
    local = True if given.flag("local") else False if given.flag("remote") else None
    status = next((name for name in STATUSES if given.flag(name)), "")
    return await _listed(given, _wish(given, local, status, staff=given.flag("staff")))


@blueprint.get("/api/v2/admin/accounts")
async def found() -> Response:
    given = await params.read()
    local = {"local": True, "remote": False}.get(given.text("origin"))
    return await _listed(given, _wish(given, local, given.text("status"), staff=given.text("permissions") == "staff"))


@blueprint.get("/api/v1/admin/accounts/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, params.id_of(id_)))


@blueprint.post("/api/v1/admin/accounts/<id_>/action")
async def act(id_: str) -> Response:
    await _do(id_, _act)
    return answer({})


@blueprint.post("/api/v1/admin/accounts/<id_>/approve")
async def approve(id_: str) -> Response:
    key = await database.thread(actor_keys.generate)
    return answer(await database.writing(_approve, access.person(), params.id_of(id_), key))


@blueprint.post("/api/v1/admin/accounts/<id_>/reject")
async def reject(id_: str) -> Response:
    return answer(await database.writing(_reject, access.person(), params.id_of(id_)))


async def lift(id_: str, verb: str) -> Response:
    return answer(await _do(id_, lambda session, me, target, _: moderation.lift(session, me, target, LIFTING[verb])))


@blueprint.delete("/api/v1/admin/accounts/<id_>")
async def delete(id_: str) -> Response:
    return answer(await _do(id_, lambda session, me, target, _: moderation.delete(session, me, target)))


for _verb in LIFTING:
    blueprint.add_url_rule(
        f"/api/v1/admin/accounts/<id_>/{_verb}", _verb, lift, methods=["POST"], defaults={"verb": _verb}
    )


def _wish(given: Params, local: bool | None, status: str, *, staff: bool) -> Wish:
    return Wish(
        local=local,
        status=status,
        staff=staff,
        name=given.text("username").strip().lstrip("@"),
        display_name=given.text("display_name").strip(),
        domain=given.text("by_domain").strip(),
        email=given.text("email").strip(),
    )


async def _listed(given: Params, wish: Wish) -> Response:
    return paged(*await database.reading(_rows, given.page(100), wish))


async def _do(id_: str, deed: Deed) -> dict[str, Any]:
    return await database.writing(_done, access.person(), params.id_of(id_), deed, await params.read())


def _done(session: Session, account_id: int, actor_id: int, deed: Deed, given: Params) -> dict[str, Any]:
    target = _person(session, actor_id)
    deed(session, lookup.me(session, account_id), target, given)
    return admin_account.one(session, target)


def _rows(session: Session, page: Page, wish: Wish) -> Rows:
    if wish.status == "pending":
        return _waiting(session, page, wish)
    people = moderation.listed(session, wish, page)
    return admin_account.many(session, people), [actor.id for actor in people]


def _waiting(session: Session, page: Page, wish: Wish) -> Rows:
    """Who waits has no domain, name to show or role that could be looked for."""
    if wish.local is False or wish.staff or wish.domain or wish.display_name:
        return [], []
    found = sign_ups.waiting(session, page, name=wish.name, email=wish.email)
    return [admin_account.of_sign_up(row) for row in found], [row.id for row in found]


def _show(session: Session, actor_id: int) -> dict[str, Any]:
    if (waits := sign_ups.find(session, actor_id)) is not None:
        return admin_account.of_sign_up(waits)
    return admin_account.one(session, _person(session, actor_id))


def _person(session: Session, actor_id: int) -> Actor:
    """Anybody, suspended ones too."""
    found = session.get(Actor, actor_id)
    if found is None or found.deleted_at is not None or found.kind == ActorKind.APPLICATION:
        raise NotFound(lookup.MISSING)
    return found


def _act(session: Session, me: Account, target: Actor, given: Params) -> None:
    kind = given.text("type")
    if kind not in TAKEN:
        raise BadRequest(f"Validation failed: Type is not one of {', '.join(TAKEN)}")
    report_id = given.optional_id("report_id")
    report = reports.get(session, report_id) if report_id is not None else None
    moderation.act(session, me, target, Action(kind), text=given.text("text"), report=report)


def _approve(session: Session, account_id: int, id_: int, key: RSAPrivateKey) -> dict[str, Any]:
    row = _asking(session, id_)
    made = sign_ups.approve(session, lookup.me(session, account_id), row, key=key)
    return admin_account.of_sign_up(row) if made is None else admin_account.one(session, made.actor)


def _reject(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    row = _asking(session, id_)
    sign_ups.reject(session, lookup.me(session, account_id), row)
    return admin_account.of_sign_up(row)


def _asking(session: Session, id_: int) -> SignUp:
    """Raises NotAllowed for who does not wait any more, NotFound for who never did."""
    row = sign_ups.find(session, id_)
    if row is None:
        _person(session, id_)
        raise NotAllowed(sign_ups.NOT_ALLOWED)
    return row
