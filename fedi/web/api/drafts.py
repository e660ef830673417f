"""/api/fedi/v1/drafts: one's own posts that nobody else sees yet."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.post import Post, PostState
from fedi.services import deletions, portfolios, posts
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import status
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/fedi/v1/drafts")
async def listed() -> Response:
    page = (await params.read()).page()
    return paged(*await database.reading(_listed, access.person(), page))


@blueprint.post("/api/fedi/v1/drafts/<id_>/publish")
async def publish(id_: str) -> Response:
    """Prepare it; it shows itself when its pictures are protected."""
    return answer(await database.writing(_publish, access.person(), params.id_of(id_)))


@blueprint.delete("/api/fedi/v1/drafts/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


def _listed(session: Session, account_id: int, page: Page) -> Rows:
    me = lookup.me(session, account_id)
    found = portfolios.unpublished(session, me.actor, page)
    return status.of_posts(session, me, found), [post.id for post in found]


def _publish(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = _draft(session, account_id, id_)
    posts.retry(session, post)
    return status.one(session, me, post)


def _remove(session: Session, account_id: int, id_: int) -> None:
    deletions.withdraw(session, _draft(session, account_id, id_))


def _draft(session: Session, account_id: int, id_: int) -> Post:
    """Raises NotFound for what is published, too: that is deleted otherwise."""
    post = lookup.own_post(session, lookup.me(session, account_id), id_)
    if post.state == PostState.PUBLISHED:
        raise NotFound(lookup.MISSING)
    return post
