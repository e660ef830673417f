"""/api/v1/tags/:name: a hashtag, following it, and showing it on one's profile; /api/v1/followed_tags."""

from collections.abc import Callable
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.services import featured_tags, tag_follows
from fedi.services.paging import Page
from fedi.text import find_hashtags
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import tag
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
Deed = Callable[[Session, Actor, str], object]


@blueprint.get("/api/v1/tags/<name>")
async def show(name: str) -> Response:
    _check(name)
    return answer(await database.reading(_show, access.reader(), name))


@blueprint.post("/api/v1/tags/<name>/follow")
async def follow(name: str) -> Response:
    return await _do(name, tag_follows.follow)


@blueprint.post("/api/v1/tags/<name>/unfollow")
async def unfollow(name: str) -> Response:
    return await _do(name, tag_follows.unfollow)


@blueprint.post("/api/v1/tags/<name>/feature")
async def feature(name: str) -> Response:
    return await _do(name, featured_tags.add)


@blueprint.post("/api/v1/tags/<name>/unfeature")
async def unfeature(name: str) -> Response:
    return await _do(name, _hide)


@blueprint.get("/api/v1/followed_tags")
async def followed() -> Response:
    page = (await params.read()).page(100)
    bodies, ids = await database.reading(_followed, access.person(), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


async def _do(name: str, deed: Deed) -> Response:
    _check(name)
    return answer(await database.writing(_done, access.person(), name, deed))


def _check(name: str) -> None:
    if find_hashtags(f"#{name}") != [name]:
        raise NotFound(lookup.MISSING)


def _show(session: Session, account_id: int | None, name: str) -> dict[str, Any]:
    reader = lookup.account(session, account_id)
    return tag.many(session, [name], reader.actor if reader else None)[0]


def _done(session: Session, account_id: int, name: str, deed: Deed) -> dict[str, Any]:
    deed(session, lookup.me(session, account_id).actor, name)
    return _show(session, account_id, name)


def _hide(session: Session, actor: Actor, name: str) -> None:
    row = featured_tags.find(session, actor, name)
    if row is not None:
        featured_tags.remove(session, actor, row.id)


def _followed(session: Session, account_id: int, page: Page) -> Rows:
    actor = lookup.me(session, account_id).actor
    found = tag_follows.listed(session, actor, page)
    return tag.many(session, [row.name for row in found], actor), [row.id for row in found]
