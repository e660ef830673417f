"""/api/v1/follow_requests: who asks to follow, and the answer."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.services import follows
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account, relationship
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/follow_requests")
async def listed() -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_listed, access.person(), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.post("/api/v1/follow_requests/<id_>/authorize")
async def authorize(id_: str) -> Response:
    return answer(await database.writing(_answer, access.person(), params.id_of(id_), yes=True))


@blueprint.post("/api/v1/follow_requests/<id_>/reject")
async def reject(id_: str) -> Response:
    return answer(await database.writing(_answer, access.person(), params.id_of(id_), yes=False))


def _listed(session: Session, account_id: int, page: Page) -> Rows:
    found = follows.requests(session, lookup.me(session, account_id).actor, page)
    return account.many(session, [row.follower for row in found]), [row.id for row in found]


def _answer(session: Session, account_id: int, actor_id: int, *, yes: bool) -> dict[str, Any]:
    me, other = lookup.me(session, account_id).actor, lookup.actor(session, actor_id)
    try:
        row = follows.requested(session, other, me)
    except NotFound:
        raise NotFound(lookup.MISSING) from None
    if yes:
        follows.accept(session, row)
    else:
        follows.reject(session, row)
    return relationship.one(session, me, other)
