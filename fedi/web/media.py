"""/media/...: protected renditions, and nothing else. An original has no address."""

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import files
from fedi.models.media import Rendition
from fedi.policy.layers import headers as terms_headers
from fedi.services import consents, media
from fedi.web import database, pictures

blueprint = Blueprint("media", __name__)


def _find(session: Session, key: str, token: str) -> tuple[Rendition, bool, dict[str, str]]:
    rendition, row, public = media.served(session, key, token)
    return rendition, public, terms_headers.render(consents.of_rendition(session, rendition, row))


@blueprint.get("/media/<path:key>")
async def show(key: str) -> Response:
    """The bytes as they were signed, with their terms in the headers."""
    rendition, public, terms = await database.reading(_find, key, request.args.get("t", ""))
    path = files.locate("renditions", rendition.key)
    cache = pictures.FOR_EVER if public else pictures.PRIVATE
    return await pictures.send(path, mime=rendition.mime, etag=rendition.sha256, cache=cache, terms=terms)
