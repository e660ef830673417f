"""/media/...: protected renditions, and nothing else. An original has no address."""

from quart import Blueprint, Response, request, send_file
from sqlalchemy.orm import Session

from fedi import files
from fedi.errors import NotFound
from fedi.models.media import Rendition
from fedi.policy.layers import headers as terms_headers
from fedi.services import consents, media
from fedi.web import database

blueprint = Blueprint("media", __name__)


def _find(session: Session, key: str, token: str) -> tuple[Rendition, bool, dict[str, str]]:
    rendition, row, public = media.served(session, key, token)
    return rendition, public, terms_headers.render(consents.of_rendition(session, rendition, row))


@blueprint.get("/media/<path:key>")
async def show(key: str) -> Response:
    """The bytes as they were signed, with their terms in the headers."""
    rendition, public, terms = await database.reading(_find, key, request.args.get("t", ""))
    path = files.locate("renditions", rendition.key)
    if not path.is_file():
        raise NotFound("there is no such picture")
    response = await send_file(path, mimetype=rendition.mime, conditional=True, add_etags=False, cache_timeout=None)
    response.set_etag(rendition.sha256)
    await response.make_conditional(request)
    headers = response.headers
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, max-age=3600"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Content-Disposition"] = "inline"
    headers.update(terms)
    return response
