"""Home: what the people one follows post and boost, newest first."""

from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.services import timelines
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("home", __name__)
POSTS = 20


@blueprint.get("/home")
@sessions.required
async def home() -> Response:
    only_media = request.args.get("only") == "works"
    values = await database.reading(_load, sessions.account_id(), forms.page(POSTS), only_media=only_media)
    return await page.show("pages/home.html", only_media=only_media, **values)


def _load(session: Session, account_id: int, where: Page, *, only_media: bool) -> dict[str, Any]:
    viewer = people.me(session, account_id).actor
    entries = timelines.home(session, viewer, where, only_media=only_media)
    following = f"/home?before={entries[-1].id}" if len(entries) == where.limit else ""
    return {
        "cards": cards.of_entries(session, viewer, entries),
        "next": f"{following}&only=works" if following and only_media else following,
    }
