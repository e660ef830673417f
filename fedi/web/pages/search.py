"""Search: people and hashtags known here, and anybody elsewhere by their whole address or a link."""

from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.activitypub import fetch
from fedi.activitypub.protocol import webfinger
from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import actors, hashtags, posts
from fedi.web import database, limits, sessions
from fedi.web.pages import cards, page, people

blueprint = Blueprint("search", __name__)
LOOKUPS = limits.Limit("look up elsewhere", 60, 300)
MAX_LENGTH = 2048
PEOPLE, TAGS = 20, 12


@blueprint.get("/search")
@sessions.required
async def search() -> Response:
    """A whole address leads straight to the person or post, asking its server when we do not know it."""
    asked = request.args.get("q", "")[:MAX_LENGTH].replace("\0", "").strip()
    if webfinger.parse_handle(asked) or asked.startswith(("https://", "http://")):
        limits.take(LOOKUPS, str(sessions.account_id()))
        found = await fetch.find(asked)
        path = await database.reading(_path, found, sessions.account_id()) if found is not None else None
        if path:
            return page.go(path)
    return await page.show("pages/search.html", q=asked, **await database.reading(_load, asked, sessions.account_id()))


def _path(session: Session, found: Actor | Post, account_id: int) -> str | None:
    viewer = people.viewer(session, account_id)
    try:
        if isinstance(found, Actor):
            return cards.face(people.by_id(session, found.id)).page
        return cards.page_of(posts.get_visible(session, found.id, viewer))
    except NotFound:
        return None


def _load(session: Session, asked: str, account_id: int) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    named = [] if asked.startswith("#") else actors.search(session, asked, viewer=viewer, limit=PEOPLE)
    return {
        "people": [cards.face(actor) for actor in named],
        "tags": [(name, f"/tags/{quote(name)}") for name in hashtags.search(session, asked, limit=TAGS)],
    }
