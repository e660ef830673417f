"""/api/fedi/v1: portfolios, and galleries as their artists make them and others see them."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.gallery import Gallery
from fedi.services import galleries, portfolios
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import gallery, status
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/fedi/v1/accounts/<id_>/portfolio")
async def portfolio(id_: str) -> Response:
    page = (await params.read()).page()
    bodies, ids = await database.reading(_portfolio, access.reader(), params.id_of(id_), page)
    return paged(bodies, ids, full=len(ids) >= page.limit)


@blueprint.get("/api/fedi/v1/accounts/<id_>/galleries")
async def of_account(id_: str) -> Response:
    return answer(await database.reading(_of_account, access.reader(), params.id_of(id_)))


@blueprint.get("/api/fedi/v1/galleries/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.reader(), params.id_of(id_)))


@blueprint.get("/api/fedi/v1/galleries/<id_>/statuses")
async def works(id_: str) -> Response:
    """In the artist's order, all of them: a gallery has an end."""
    return answer(await database.reading(_works, access.reader(), params.id_of(id_)))


@blueprint.post("/api/fedi/v1/galleries")
async def make() -> Response:
    return answer(await database.writing(_make, access.person(), await params.read()))


@blueprint.put("/api/fedi/v1/galleries/<id_>")
async def change(id_: str) -> Response:
    return answer(await database.writing(_change, access.person(), params.id_of(id_), await params.read()))


@blueprint.delete("/api/fedi/v1/galleries/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


def _portfolio(session: Session, account_id: int | None, actor_id: int, page: Page) -> Rows:
    reader = lookup.account(session, account_id)
    actor = lookup.actor(session, actor_id)
    found = portfolios.portfolio(session, actor, reader.actor if reader else None, page)
    return status.of_posts(session, reader, found), [post.id for post in found]


def _of_account(session: Session, account_id: int | None, actor_id: int) -> list[dict[str, Any]]:
    reader, actor = lookup.account(session, account_id), lookup.actor(session, actor_id)
    found = galleries.of_actor(session, actor) if actor.available else []
    return gallery.many(session, reader, found)


def _show(session: Session, account_id: int | None, id_: int) -> dict[str, Any]:
    return gallery.one(session, lookup.account(session, account_id), _seen(session, id_))


def _works(session: Session, account_id: int | None, id_: int) -> list[dict[str, Any]]:
    reader = lookup.account(session, account_id)
    found = galleries.works(session, _seen(session, id_), reader.actor if reader else None)
    return status.of_posts(session, reader, found)


def _make(session: Session, account_id: int, given: Params) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    row = galleries.create(session, me.actor, title=given.text("title"), summary=given.text("summary"))
    if any(given.has(name) for name in ("status_ids", "consent", "licence")):
        _write(session, row, given)
    return gallery.one(session, me, row)


def _change(session: Session, account_id: int, id_: int, given: Params) -> dict[str, Any]:
    row = _own(session, account_id, id_)
    _write(session, row, given)
    return gallery.one(session, lookup.me(session, account_id), row)


def _remove(session: Session, account_id: int, id_: int) -> None:
    galleries.remove(session, _own(session, account_id, id_))


def _write(session: Session, row: Gallery, given: Params) -> None:
    """What is not named stays; `status_ids` are all the works, in their order. A cover that goes is none any more."""
    there = given.ids("status_ids") if given.has("status_ids") else galleries.item_ids(session, row)
    kept = row.cover_id if row.cover_id in there else None
    galleries.change(
        session,
        row,
        title=given.text("title", row.title),
        summary=given.text("summary", row.summary),
        works=there,
        cover=given.optional_id("cover_id") if given.has("cover_id") else kept,
    )
    if given.has("consent") or given.has("licence"):
        consent, licence = given.text("consent", row.consent or ""), given.text("licence", row.licence or "")
        galleries.set_terms(session, row, consent=consent or None, licence=licence or None)


def _seen(session: Session, id_: int) -> Gallery:
    row = session.get(Gallery, id_)
    if row is None or not row.actor.available:
        raise NotFound(lookup.MISSING)
    return row


def _own(session: Session, account_id: int, id_: int) -> Gallery:
    try:
        return galleries.get_own(session, lookup.me(session, account_id).actor, id_)
    except NotFound:
        raise NotFound(lookup.MISSING) from None
