"""/api/v2/search: people, posts, hashtags; `resolve` asks other servers."""

from dataclasses import dataclass
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import urls
from fedi.errors import Unauthorized
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import actors, collections, hashtags, posts, relations, remote_posts
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import account, collection, status, tag
from fedi.web.finding import find_remote

blueprint = api_blueprint(__name__)


@dataclass(frozen=True)
class Wish:
    """What is looked for. `kind` is '' for everything."""

    text: str
    kind: str
    limit: int
    offset: int
    following: bool


@blueprint.get("/api/v2/search")
async def search() -> Response:
    given = await params.read()
    wish = Wish(
        given.text("q").strip()[:500],
        given.text("type"),
        given.limit(20),
        given.offset() if given.text("type") else 0,  # of everything there is one page, as in Mastodon
        given.flag("following"),
    )
    resolve = given.flag("resolve")
    if access.reader() is None and given.offset():
        raise Unauthorized("Search queries pagination is not supported without authentication")
    if access.reader() is None and resolve:
        raise Unauthorized("Search queries which resolve remote resources are not supported without authentication")
    found = await find_remote(wish.text) if resolve and _elsewhere(wish.text) else None
    return answer(await database.reading(_search, access.reader(), wish, found))


def _elsewhere(text: str) -> bool:
    """Whether the text is an address or a full handle."""
    return text.startswith(("https://", "http://")) or "@" in text.lstrip("@")


def _search(session: Session, account_id: int | None, wish: Wish, found: Actor | Post | None) -> dict[str, Any]:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    is_url = wish.text.startswith(("https://", "http://"))
    body: dict[str, Any] = {"accounts": [], "statuses": [], "hashtags": [], "collections": []}
    if not wish.text:
        return body
    if wish.kind in {"", "accounts"}:
        named = actors.by_id(session, found.id) if isinstance(found, Actor) else None
        people = _actor_at(session, wish.text, named) if is_url else _actors_like(session, wish, viewer, named)
        body["accounts"] = account.for_curator(session, people, viewer)
    if wish.kind in {"", "statuses"} and is_url:
        post = session.get(Post, found.id) if isinstance(found, Post) else _post_at(session, wish.text)
        seen = [post] if post is not None and posts.visible(session, post, viewer) else []
        body["statuses"] = status.of_posts(session, reader, seen)
    if wish.kind in {"", "collections"} and is_url:
        row = collections.at(session, wish.text)
        hidden = row is None or (viewer is not None and relations.blocks(session, row.actor_id, viewer.id))
        body["collections"] = [] if row is None or hidden else [collection.one(session, reader, row)]
    if wish.kind in {"", "hashtags"} and not is_url:
        names = hashtags.search(session, wish.text, limit=wish.limit, offset=wish.offset)
        body["hashtags"] = tag.many(session, names, viewer)
    return body


def _actor_at(session: Session, url: str, named: Actor | None) -> list[Actor]:
    found = named or actors.by_uri(session, url)
    return [found] if found is not None and found.available else []


def _actors_like(session: Session, wish: Wish, viewer: Actor | None, named: Actor | None) -> list[Actor]:
    """Who the handle leads to comes first, also where that one's own handle is another."""
    found = actors.search(
        session, wish.text, viewer=viewer, limit=wish.limit, offset=wish.offset, following=wish.following
    )
    if named is None or named.local or not named.available or wish.offset or wish.following:
        return found
    return [named, *(each for each in found if each.id != named.id)][: wish.limit]


def _post_at(session: Session, url: str) -> Post | None:
    local = urls.parse_local(url)
    if local is not None and local.post_id is not None:
        return session.get(Post, local.post_id)
    return remote_posts.by_uri(session, url)
