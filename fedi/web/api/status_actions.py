"""What one does with a status: like, boost, bookmark, pin; on a boost it is done to the post itself."""

from collections.abc import Callable
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState, Visibility
from fedi.services import bookmarks, interactions, posts, privacy
from fedi.services.drafts import NO_VISIBILITY, VISIBILITIES
from fedi.services.paging import Page
from fedi.services.timelines import Entry
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account, status
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
Deed = Callable[[Session, Account, Post], object]
People = Callable[[Session, Post, Page, Actor | None], Rows]


@blueprint.post("/api/v1/statuses/<id_>/favourite")
async def favourite(id_: str) -> Response:
    return await _do(id_, lambda session, me, post: interactions.like(session, me.actor, post))


@blueprint.post("/api/v1/statuses/<id_>/unfavourite")
async def unfavourite(id_: str) -> Response:
    return await _do(id_, lambda session, me, post: interactions.unlike(session, me.actor, post))


@blueprint.post("/api/v1/statuses/<id_>/bookmark")
async def bookmark(id_: str) -> Response:
    return await _do(id_, bookmarks.add)


@blueprint.post("/api/v1/statuses/<id_>/unbookmark")
async def unbookmark(id_: str) -> Response:
    return await _do(id_, bookmarks.remove)


@blueprint.post("/api/v1/statuses/<id_>/pin")
async def pin(id_: str) -> Response:
    return await _do(id_, lambda session, me, post: _pin(session, me, post, on=True))


@blueprint.post("/api/v1/statuses/<id_>/unpin")
async def unpin(id_: str) -> Response:
    return await _do(id_, lambda session, me, post: _pin(session, me, post, on=False))


@blueprint.post("/api/v1/statuses/<id_>/mute")
async def mute(id_: str) -> Response:
    """No more notifications from this conversation."""
    return await _do(id_, privacy.mute)


@blueprint.post("/api/v1/statuses/<id_>/unmute")
async def unmute(id_: str) -> Response:
    return await _do(id_, privacy.unmute)


@blueprint.post("/api/v1/statuses/<id_>/reblog")
async def reblog(id_: str) -> Response:
    """The answer is the boost, with the post in it."""
    asked = (await params.read()).text("visibility") or access.account().settings.get("visibility", "public")
    if asked not in VISIBILITIES:
        raise BadRequest(NO_VISIBILITY)
    return answer(await database.writing(_reblog, access.person(), params.id_of(id_), VISIBILITIES[asked]))


@blueprint.post("/api/v1/statuses/<id_>/unreblog")
async def unreblog(id_: str) -> Response:
    return await _do(id_, lambda session, me, post: interactions.unboost(session, me.actor, post))


@blueprint.get("/api/v1/statuses/<id_>/favourited_by")
async def favourited_by(id_: str) -> Response:
    return await _people(id_, _likers)


@blueprint.get("/api/v1/statuses/<id_>/reblogged_by")
async def reblogged_by(id_: str) -> Response:
    return await _people(id_, _boosters)


async def _do(id_: str, deed: Deed) -> Response:
    return answer(await database.writing(_done, access.person(), params.id_of(id_), deed))


def _done(session: Session, account_id: int, id_: int, deed: Deed) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = lookup.entry(session, id_, me.actor).post
    if post.state != PostState.PUBLISHED:
        raise NotFound(lookup.MISSING)
    deed(session, me, post)
    return status.one(session, me, post)


def _pin(session: Session, me: Account, post: Post, *, on: bool) -> None:
    if post.actor_id != me.actor_id:
        raise BadRequest("Validation failed: Someone else's post cannot be pinned")
    try:
        posts.pin(session, post, on=on)
    except posts.NotPinnable as error:
        raise BadRequest(f"Validation failed: {error}") from None


def _reblog(session: Session, account_id: int, id_: int, visibility: Visibility) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = lookup.entry(session, id_, me.actor).post
    if post.state != PostState.PUBLISHED:
        raise NotFound(lookup.MISSING)
    if visibility == Visibility.DIRECT:
        visibility = Visibility.PUBLIC
    boost = interactions.boost(session, me.actor, post, visibility=visibility)
    return status.many(session, me, [Entry(boost.id, post, boost)])[0]


async def _people(id_: str, of: People) -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_seen, access.reader(), params.id_of(id_), of, page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


def _seen(session: Session, account_id: int | None, id_: int, of: People, page: Page) -> Rows:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    return of(session, lookup.entry(session, id_, viewer).post, page, viewer)


def _likers(session: Session, post: Post, page: Page, viewer: Actor | None) -> Rows:
    found = interactions.likers(session, post, page, viewer)
    return account.many(session, [row.actor for row in found]), [row.id for row in found]


def _boosters(session: Session, post: Post, page: Page, viewer: Actor | None) -> Rows:
    found = interactions.boosters(session, post, page, viewer)
    return account.many(session, [row.actor for row in found]), [row.id for row in found]
