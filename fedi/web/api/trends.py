"""/api/v1/trends: hashtags and posts that many people turn to at present."""

from collections.abc import Sequence
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import trends
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, at_offset
from fedi.web.api.entities import status, tag
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
TAGS, STATUSES = 10, 20


@blueprint.get("/api/v1/trends")
@blueprint.get("/api/v1/trends/tags")
async def tags() -> Response:
    given = await params.read()
    return _linked(await database.reading(_tags, access.reader(), given), given, TAGS)


@blueprint.get("/api/v1/trends/statuses")
async def statuses() -> Response:
    given = await params.read()
    return _linked(await database.reading(_statuses, access.reader(), given), given, STATUSES)


@blueprint.get("/api/v1/trends/links")
async def links() -> Response:
    """No cards are made of links, so none of them trends."""
    return answer([])


def _tags(session: Session, account_id: int | None, given: Params) -> list[dict[str, Any]]:
    reader = lookup.account(session, account_id)
    names = trends.tags(session, limit=given.limit(TAGS), offset=given.offset())
    return tag.many(session, names, reader.actor if reader else None)


def _statuses(session: Session, account_id: int | None, given: Params) -> list[dict[str, Any]]:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    found = trends.posts(session, viewer, limit=given.limit(STATUSES), offset=given.offset())
    return status.of_posts(session, reader, found)


def _linked(found: Sequence[dict[str, Any]], given: Params, usual: int) -> Response:
    """With the addresses of the pages before and after, which are counted by offset."""
    limit, offset = given.limit(usual), given.offset()
    response = answer(found)
    links = []
    if limit and len(found) == limit:
        links.append(f'<{at_offset(offset + limit)}>; rel="next"')
    if offset > limit:
        links.append(f'<{at_offset(offset - limit)}>; rel="prev"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return response
