"""/api/v1/lists: lists of people, their members, and the timeline of each."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.circle import Circle
from fedi.services import circles, timelines
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows, rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/lists")
async def listed() -> Response:
    return answer(await database.reading(_listed, access.person()))


@blueprint.post("/api/v1/lists")
async def make() -> Response:
    return answer(await database.writing(_make, access.person(), await params.read()))


@blueprint.get("/api/v1/lists/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.person(), params.id_of(id_)))


@blueprint.put("/api/v1/lists/<id_>")
async def change(id_: str) -> Response:
    return answer(await database.writing(_change, access.person(), params.id_of(id_), await params.read()))


@blueprint.delete("/api/v1/lists/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


@blueprint.get("/api/v1/lists/<id_>/accounts")
async def members(id_: str) -> Response:
    """`limit=0` asks for all of them."""
    given = await params.read()
    page = None if given.text("limit") == "0" else given.page(40)
    bodies, ids = await database.reading(_members, access.person(), params.id_of(id_), page)
    return paged(bodies, ids, full=page is not None and len(ids) >= page.limit, prev="since_id")


@blueprint.post("/api/v1/lists/<id_>/accounts")
async def add(id_: str) -> Response:
    ids = (await params.read()).ids("account_ids")
    await database.writing(_add, access.person(), params.id_of(id_), ids)
    return answer({})


@blueprint.delete("/api/v1/lists/<id_>/accounts")
async def drop(id_: str) -> Response:
    ids = (await params.read()).ids("account_ids")
    await database.writing(_drop, access.person(), params.id_of(id_), ids)
    return answer({})


@blueprint.get("/api/v1/accounts/<id_>/lists")
async def containing(id_: str) -> Response:
    return answer(await database.reading(_containing, access.person(), params.id_of(id_)))


@blueprint.get("/api/v1/timelines/list/<id_>")
async def timeline(id_: str) -> Response:
    given = await params.read()
    only_media = given.flag("only_media")
    return paged(*await database.reading(_timeline, access.person(), params.id_of(id_), given.page(), only_media))


def _render(row: Circle) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "replies_policy": row.replies_policy.value,
        "exclusive": row.exclusive,
    }


def _listed(session: Session, account_id: int) -> list[dict[str, Any]]:
    return [_render(row) for row in circles.listed(session, lookup.me(session, account_id))]


def _own(session: Session, account_id: int, id_: int) -> Circle:
    return circles.get_own(session, lookup.me(session, account_id), id_)


def _make(session: Session, account_id: int, given: Params) -> dict[str, Any]:
    row = circles.make(
        session,
        lookup.me(session, account_id),
        title=given.text("title"),
        policy=given.text("replies_policy"),
        exclusive=given.flag("exclusive"),
    )
    return _render(row)


def _show(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    return _render(_own(session, account_id, id_))


def _change(session: Session, account_id: int, id_: int, given: Params) -> dict[str, Any]:
    row = _own(session, account_id, id_)
    circles.change(
        session,
        row,
        title=given.text("title") if given.has("title") else None,
        policy=given.text("replies_policy") or None,
        exclusive=given.flag("exclusive") if given.text("exclusive") else None,
    )
    return _render(row)


def _remove(session: Session, account_id: int, id_: int) -> None:
    circles.remove(session, _own(session, account_id, id_))


def _members(session: Session, account_id: int, id_: int, page: Page | None) -> Rows:
    found = circles.members(session, _own(session, account_id, id_), page)
    return account.many(session, [row.actor for row in found]), [row.id for row in found]


def _add(session: Session, account_id: int, id_: int, actor_ids: list[int]) -> None:
    row = _own(session, account_id, id_)
    circles.add(session, lookup.me(session, account_id), row, [lookup.actor(session, each) for each in actor_ids])


def _drop(session: Session, account_id: int, id_: int, actor_ids: list[int]) -> None:
    circles.drop(session, _own(session, account_id, id_), actor_ids)


def _containing(session: Session, account_id: int, actor_id: int) -> list[dict[str, Any]]:
    found = circles.containing(session, lookup.me(session, account_id), lookup.actor(session, actor_id))
    return [_render(row) for row in found]


def _timeline(session: Session, account_id: int, id_: int, page: Page, only_media: bool) -> Rows:
    reader = lookup.me(session, account_id)
    circle = circles.get_own(session, reader, id_)
    return rows(
        session, reader, timelines.of_circle(session, reader.actor, circle, page, only_media=only_media), place="home"
    )
