"""/api/v2/notifications/policy and /api/v1/notifications/requests: whose notifications are held back."""

from collections.abc import Sequence
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account
from fedi.models.notification_request import NotificationRequest
from fedi.services import notification_policies as policies
from fedi.services.notification_policies import Verdict
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import status

blueprint = api_blueprint(__name__)
REQUESTS = "/api/v1/notifications/requests"
# The first version of policies had a flag for each of these.
OLD = ("not_following", "not_followers", "new_accounts", "private_mentions")
MAX_IDS = 100


@blueprint.get("/api/v2/notifications/policy")
async def show() -> Response:
    return answer(await database.reading(_show, access.person()))


@blueprint.put("/api/v2/notifications/policy")
@blueprint.patch("/api/v2/notifications/policy")
async def change() -> Response:
    given = await params.read()
    wanted = {name: given.text(name) for name in policies.DEFAULTS if given.text(name)}
    return answer(await database.writing(_change, access.person(), wanted))


@blueprint.get("/api/v1/notifications/policy")
async def show_old() -> Response:
    return answer(_old(await database.reading(_show, access.person())))


@blueprint.put("/api/v1/notifications/policy")
async def change_old() -> Response:
    given = await params.read()
    held = {True: Verdict.FILTER.value, False: Verdict.ACCEPT.value}
    wanted = {f"for_{name}": held[given.flag(f"filter_{name}")] for name in OLD if given.has(f"filter_{name}")}
    return answer(_old(await database.writing(_change, access.person(), wanted)))


@blueprint.get(REQUESTS)
async def listed() -> Response:
    page = (await params.read()).page(40)
    return paged(*await database.reading(_listed, access.person(), page))


@blueprint.get(f"{REQUESTS}/merged")
async def merged() -> Response:
    """What was accepted is heard as soon as the answer says so."""
    return answer({"merged": True})


@blueprint.get(f"{REQUESTS}/<id_>")
async def one(id_: str) -> Response:
    return answer(await database.reading(_one, access.person(), params.id_of(id_)))


@blueprint.post(f"{REQUESTS}/<id_>/accept")
async def accept(id_: str) -> Response:
    await database.writing(_settle, access.person(), [params.id_of(id_)], accepted=True)
    return answer({})


@blueprint.post(f"{REQUESTS}/<id_>/dismiss")
async def dismiss(id_: str) -> Response:
    await database.writing(_settle, access.person(), [params.id_of(id_)], accepted=False)
    return answer({})


@blueprint.post(f"{REQUESTS}/accept")
async def accept_many() -> Response:
    ids = (await params.read()).ids("id")[:MAX_IDS]
    await database.writing(_settle, access.person(), ids, accepted=True)
    return answer({})


@blueprint.post(f"{REQUESTS}/dismiss")
async def dismiss_many() -> Response:
    ids = (await params.read()).ids("id")[:MAX_IDS]
    await database.writing(_settle, access.person(), ids, accepted=False)
    return answer({})


def _show(session: Session, account_id: int) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    people, notifications = policies.counts(session, account)
    summary = {"pending_requests_count": people, "pending_notifications_count": notifications}
    return {name: each.value for name, each in policies.policy(account).items()} | {"summary": summary}


def _change(session: Session, account_id: int, wanted: dict[str, str]) -> dict[str, Any]:
    policies.change(session, lookup.me(session, account_id), wanted)
    return _show(session, account_id)


def _old(body: dict[str, Any]) -> dict[str, Any]:
    flags = {f"filter_{name}": body[f"for_{name}"] != Verdict.ACCEPT for name in OLD}
    return flags | {"summary": body["summary"]}


def _listed(session: Session, account_id: int, page: Page) -> tuple[list[dict[str, Any]], list[int]]:
    account = lookup.me(session, account_id)
    found = policies.requests(session, account, page)
    return _render(session, account, found), [row.id for row in found]


def _one(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    return _render(session, account, [policies.get_own(session, account, id_)])[0]


def _settle(session: Session, account_id: int, ids: Sequence[int], *, accepted: bool) -> None:
    account = lookup.me(session, account_id)
    for row in [policies.get_own(session, account, id_) for id_ in ids]:
        (policies.accept if accepted else policies.dismiss)(session, row)


def _render(session: Session, account: Account, found: Sequence[NotificationRequest]) -> list[dict[str, Any]]:
    bodies = []
    for row, face in zip(found, account_entity.many(session, [row.actor for row in found]), strict=True):
        held = policies.held(session, row)
        last = next((each.post for each in held if each.post is not None), None)
        bodies.append(
            {
                "id": str(row.id),
                "created_at": clock.iso_millis(row.created_at),
                "updated_at": clock.iso_millis(row.updated_at),
                "account": face,
                "notifications_count": str(len(held)),
                "last_status": status.one(session, account, last) if last else None,
            }
        )
    return bodies
