"""Home: what the people one follows post and boost, newest first."""

from typing import Any

from markupsafe import Markup
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.services import announcements, timelines
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


@blueprint.post("/announcements/<id_>/dismiss")
@sessions.required
async def dismiss(id_: str) -> Response:
    await forms.read()
    await database.writing(_dismiss, sessions.account_id(), forms.number(id_))
    return page.go("/home")


def _dismiss(session: Session, account_id: int, id_: int) -> None:
    announcements.dismiss(session, people.me(session, account_id), id_)


def _load(session: Session, account_id: int, where: Page, *, only_media: bool) -> dict[str, Any]:
    account = people.me(session, account_id)
    viewer = account.actor
    entries = timelines.home(session, viewer, where, only_media=only_media)
    following = f"/home?before={entries[-1].id}" if len(entries) == where.limit else ""
    told = announcements.listed(session, account) if where.max_id is None else []
    return {
        "announcements": [(row.id, Markup(announcements.content(row))) for row in told],  # noqa: S704 - made by us
        "cards": cards.of_entries(session, viewer, entries),
        "next": f"{following}&only=works" if following and only_media else following,
    }
