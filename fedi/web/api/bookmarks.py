"""/api/v1/bookmarks and /api/v1/favourites: what the reader kept and liked."""

from collections.abc import Callable

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.post import Post
from fedi.services import bookmarks
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import paged
from fedi.web.api.entities import status
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/bookmarks")
async def bookmarked() -> Response:
    return await _listed(_bookmarked)


@blueprint.get("/api/v1/favourites")
async def favourited() -> Response:
    return await _listed(_favourited)


async def _listed(of: Callable[[Session, int, Page], Rows]) -> Response:
    page = (await params.read()).page()
    bodies, ids = await database.reading(of, access.person(), page)
    return paged(bodies, ids, full=len(ids) >= page.limit)


def _bookmarked(session: Session, account_id: int, page: Page) -> Rows:
    account = lookup.me(session, account_id)
    return _rendered(session, account_id, bookmarks.listed(session, account, page))


def _favourited(session: Session, account_id: int, page: Page) -> Rows:
    account = lookup.me(session, account_id)
    return _rendered(session, account_id, bookmarks.favourites(session, account.actor, page))


def _rendered(session: Session, account_id: int, found: list[tuple[int, Post]]) -> Rows:
    bodies = status.of_posts(session, lookup.me(session, account_id), [post for _, post in found])
    return bodies, [id_ for id_, _ in found]
