"""/api/v1/featured_tags: hashtags on a profile."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import featured_tags
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import featured_tag, tag

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/featured_tags")
async def own() -> Response:
    return answer(await database.reading(_own, access.person()))


@blueprint.post("/api/v1/featured_tags")
async def add() -> Response:
    name = (await params.read()).text("name")
    return answer(await database.writing(_add, access.person(), name))


@blueprint.delete("/api/v1/featured_tags/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


@blueprint.get("/api/v1/featured_tags/suggestions")
async def suggestions() -> Response:
    return answer(await database.reading(_suggestions, access.person()))


@blueprint.get("/api/v1/accounts/<id_>/featured_tags")
async def of_account(id_: str) -> Response:
    return answer(await database.reading(_of_account, params.id_of(id_)))


def _own(session: Session, account_id: int) -> list[dict[str, Any]]:
    return [featured_tag.render(each) for each in featured_tags.of_actor(session, lookup.me(session, account_id).actor)]


def _add(session: Session, account_id: int, name: str) -> dict[str, Any]:
    actor = lookup.me(session, account_id).actor
    row = featured_tags.add(session, actor, name)
    return next(featured_tag.render(each) for each in featured_tags.of_actor(session, actor) if each.id == row.id)


def _remove(session: Session, account_id: int, tag_id: int) -> None:
    featured_tags.remove(session, lookup.me(session, account_id).actor, tag_id)


def _suggestions(session: Session, account_id: int) -> list[dict[str, Any]]:
    actor = lookup.me(session, account_id).actor
    return tag.many(session, featured_tags.suggestions(session, actor), actor)


def _of_account(session: Session, actor_id: int) -> list[dict[str, Any]]:
    return [featured_tag.render(each) for each in featured_tags.of_actor(session, lookup.actor(session, actor_id))]
