"""/api/v1/conversations: direct posts, as talks between people."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import conversations
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import conversation

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/conversations")
async def listed() -> Response:
    page = (await params.read()).page()
    return paged(*await database.reading(_listed, access.person(), page))


@blueprint.post("/api/v1/conversations/<id_>/read")
async def read(id_: str) -> Response:
    return answer(await database.writing(_mark, access.person(), params.id_of(id_), unread=False))


@blueprint.post("/api/v1/conversations/<id_>/unread")
async def unread(id_: str) -> Response:
    return answer(await database.writing(_mark, access.person(), params.id_of(id_), unread=True))


@blueprint.delete("/api/v1/conversations/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


def _listed(session: Session, account_id: int, page: Page) -> tuple[list[dict[str, Any]], list[int]]:
    """Paged by the last post of each, as Mastodon does."""
    me = lookup.me(session, account_id)
    found = conversations.listed(session, me, page)
    return conversation.many(session, me, found), [row.last_post_id for row in found]


def _mark(session: Session, account_id: int, id_: int, *, unread: bool) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    row = conversations.get_own(session, me, id_)
    conversations.mark(session, row, unread=unread)
    return conversation.many(session, me, [row])[0]


def _remove(session: Session, account_id: int, id_: int) -> None:
    conversations.remove(session, conversations.get_own(session, lookup.me(session, account_id), id_))
