"""/api/v1/scheduled_statuses: what waits for its time."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import scheduled
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import scheduled_status

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/scheduled_statuses")
async def listed() -> Response:
    page = (await params.read()).page()
    return paged(*await database.reading(_listed, access.person(), page))


@blueprint.get("/api/v1/scheduled_statuses/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.person(), params.id_of(id_)))


@blueprint.put("/api/v1/scheduled_statuses/<id_>")
async def move(id_: str) -> Response:
    text = (await params.read()).text("scheduled_at")
    return answer(await database.writing(_move, access.person(), params.id_of(id_), text))


@blueprint.delete("/api/v1/scheduled_statuses/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


def _listed(session: Session, account_id: int, page: Page) -> tuple[list[dict[str, Any]], list[int]]:
    found = scheduled.listed(session, lookup.me(session, account_id), page)
    return [scheduled_status.render(session, row) for row in found], [row.id for row in found]


def _show(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    return scheduled_status.render(session, scheduled.get_own(session, lookup.me(session, account_id), id_))


def _move(session: Session, account_id: int, id_: int, text: str) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    row = scheduled.get_own(session, account, id_)
    if at := scheduled_status.time_of(text):
        scheduled.move(session, account, row, at)
    return scheduled_status.render(session, row)


def _remove(session: Session, account_id: int, id_: int) -> None:
    scheduled.remove(session, scheduled.get_own(session, lookup.me(session, account_id), id_))
