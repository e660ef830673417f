"""/api/oembed (oEmbed 1.0): what another site shows of a link to a work or an artist, with the terms.

A work is a photo, in a size that fits; one behind a warning, a text and an artist are a link. Nothing of ours runs in
frames of other sites, so there is no rich type.
"""

from typing import Any

import orjson
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import config, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.media import Media, Rendition, RenditionKind
from fedi.models.post import Post
from fedi.policy.layers import headers as terms_headers
from fedi.policy.layers import oembed
from fedi.policy.terms import Terms
from fedi.services import consents, media, posts
from fedi.web import database
from fedi.web.pages import cards, people

blueprint = Blueprint("oembed", __name__)
CACHE_SECONDS = 3600
MISSING = "there is nothing public at that address here"


@blueprint.get("/api/oembed")
async def show() -> Response:
    given = request.args
    if given.get("format", "json") != "json":
        return _answer({"error": "only JSON is spoken here"}, 501)
    most = _most("maxwidth"), _most("maxheight")
    url = given.get("url", "")
    if not url:
        raise BadRequest("the address of a work is needed: ?url=https://...")
    body, terms = await database.reading(_load, url, most)
    return _answer(body, headers=terms_headers.render(terms))


def _most(name: str) -> int:
    """Raises BadRequest for what is no number of pixels."""
    text = request.args.get(name, "")
    if not text:
        return 1 << 20
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise BadRequest(f"{name} is a number of pixels")
    return int(text)


def _load(session: Session, url: str, most: tuple[int, int]) -> tuple[dict[str, Any], Terms]:
    """Raises NotFound for what is not here, or not for everybody."""
    local = urls.parse_local(url)
    if local is None or not local.name:
        raise NotFound(MISSING)
    actor = people.find(session, local.name)
    if local.post_id is None:
        terms = consents.of_actor(actor)
        said: dict[str, Any] = {"type": "link", "title": cards.face(actor).name}
    else:
        post = session.get(Post, local.post_id)
        if post is None or post.actor_id != actor.id or not post.public or not posts.visible(session, post, None):
            raise NotFound(MISSING)
        rows = media.of_posts(session, [post.id]).get(post.id, [])
        terms = consents.of_whole(post, rows)
        said = _photo(post, rows, most) | {"title": cards.of_posts(session, None, [post])[0].heading}
    settings = config.settings()
    said |= {
        "version": "1.0",
        "author_name": cards.face(actor).name,
        "author_url": urls.profile(actor.name),
        "provider_name": settings.instance_name,
        "provider_url": urls.origin(),
        "cache_age": CACHE_SECONDS,
    }
    return said | oembed.render(terms), terms


def _photo(post: Post, rows: list[Media], most: tuple[int, int]) -> dict[str, Any]:
    """The first picture in the largest size that fits; a link where none does, or a warning stands before it."""
    if not rows or post.covered or post.summary:
        return {"type": "link"}
    for made in (media.lasting(rows[0]), rows[0].rendition(RenditionKind.PREVIEW)):
        if made is not None and made.width <= most[0] and made.height <= most[1]:
            return {"type": "photo", **_size("", made), **_thumbnail(rows[0], most)}
    return {"type": "link"}


def _thumbnail(row: Media, most: tuple[int, int]) -> dict[str, Any]:
    small = row.rendition(RenditionKind.PREVIEW)
    fits = small is not None and small.width <= most[0] and small.height <= most[1]
    return _size("thumbnail_", small) if small is not None and fits else {}


def _size(prefix: str, made: Rendition) -> dict[str, Any]:
    return {f"{prefix}url": urls.media(made.key), f"{prefix}width": made.width, f"{prefix}height": made.height}


def _answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    response = Response(orjson.dumps(body), status=status, content_type="application/json; charset=utf-8")
    response.headers.update(headers or {})
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}" if status == 200 else "no-store"
    return response
