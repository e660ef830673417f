"""/api/v1/timelines: home, public and hashtag, each with `only_media` and paging by `Link`."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.services import timelines
from fedi.services.paging import Page
from fedi.services.timelines import Wish
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import paged
from fedi.web.api.entities import status
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
MAX_TAGS = 4
Rows = tuple[list[dict[str, Any]], list[int]]


@blueprint.get("/api/v1/timelines/home")
async def home() -> Response:
    given = await params.read()
    return paged(*await database.reading(_home, access.person(), given.page(), given.flag("only_media")))


@blueprint.get("/api/v1/timelines/public")
async def public() -> Response:
    given = await params.read()
    return paged(*await database.reading(_public, access.reader(), given.page(), _wish(given)))


@blueprint.get("/api/v1/timelines/tag/<tag>")
async def tag(tag: str) -> Response:
    given = await params.read()
    name = tag.removeprefix("#").replace("\0", "")
    return paged(*await database.reading(_tag, access.reader(), name, given.page(), _wish(given)))


@blueprint.get("/api/v1/timelines/link")
async def link() -> Response:
    """Posts that name a link which trends. None does, as no cards are made of links."""
    raise NotFound(lookup.MISSING)


def _wish(given: Params) -> Wish:
    return Wish(
        local=given.flag("local"),
        remote=given.flag("remote"),
        only_media=given.flag("only_media"),
        any_of=given.texts("any")[:MAX_TAGS],
        all_of=given.texts("all")[:MAX_TAGS],
        none_of=given.texts("none")[:MAX_TAGS],
    )


def _home(session: Session, account_id: int, page: Page, only_media: bool) -> Rows:
    reader = lookup.me(session, account_id)
    return rows(session, reader, timelines.home(session, reader.actor, page, only_media=only_media), place="home")


def _public(session: Session, account_id: int | None, page: Page, wish: Wish) -> Rows:
    reader = lookup.account(session, account_id)
    return rows(
        session, reader, timelines.public(session, reader.actor if reader else None, page, wish), place="public"
    )


def _tag(session: Session, account_id: int | None, name: str, page: Page, wish: Wish) -> Rows:
    reader = lookup.account(session, account_id)
    return rows(
        session, reader, timelines.tagged(session, reader.actor if reader else None, name, page, wish), place="public"
    )


def rows(session: Session, reader: Any, entries: list[timelines.Entry], *, place: str) -> Rows:
    """(entities, ids to page by); what a filter hides in this place is left out of the entities alone."""
    return status.many(session, reader, entries, place=place), [entry.id for entry in entries]
