"""/api/v1/statuses/:id/quotes: who quotes a status, and taking back the consent to one quote."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import Conflict, NotAllowed, NotFound
from fedi.models.post import Post, Visibility
from fedi.models.quote import QuoteState
from fedi.services import posts, quotations, stamps
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import status
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


@blueprint.get("/api/v1/statuses/<id_>/quotes")
async def listed(id_: str) -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_listed, access.person(), params.id_of(id_), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.post("/api/v1/statuses/<id_>/quotes/<quoting_id>/revoke")
async def revoke(id_: str, quoting_id: str) -> Response:
    """The answer is the status that quoted, now without what it quoted."""
    ids = params.id_of(id_), params.id_of(quoting_id)
    return answer(await database.writing(_revoke, access.person(), *ids))


def _listed(session: Session, account_id: int, id_: int, page: Page) -> Rows:
    """To its author every quote that she may see, to others those for everybody."""
    me = lookup.me(session, account_id)
    post = lookup.entry(session, id_, me.actor).post
    found = [row for row in quotations.listed(session, post, page) if row.instrument is not None]
    shown = [row.instrument for row in found if row.instrument and posts.visible(session, row.instrument, me.actor)]
    if post.actor_id != me.actor_id:
        shown = [each for each in shown if each.visibility in OPEN]
    return status.of_posts(session, me, shown), [row.id for row in found]


def _revoke(session: Session, account_id: int, id_: int, quoting_id: int) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = lookup.entry(session, id_, me.actor).post
    try:
        row = quotations.by(session, post, quoting_id)
    except NotFound:
        raise NotFound(lookup.MISSING) from None
    if post.actor_id != me.actor_id:
        raise NotAllowed("This action is not allowed")
    if row.state != QuoteState.ACCEPTED:
        raise Conflict("Validation failed: this quote has no consent to take back")
    stamps.revoke(session, row)
    return status.one(session, me, session.get_one(Post, quoting_id))
