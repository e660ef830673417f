"""The bytes of a picture as an answer: immutable, for anybody's page, and never more than a picture."""

from collections.abc import Mapping
from pathlib import Path

from quart import Response, request, send_file

from fedi.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
PRIVATE = "private, max-age=3600"


async def send(path: Path, *, mime: str, etag: str, cache: str, terms: Mapping[str, str]) -> Response:
    """With its terms in the headers. Raises NotFound when the file is gone."""
    try:
        response = await send_file(path, mimetype=mime, conditional=True, add_etags=False, cache_timeout=None)
    except FileNotFoundError:
        raise NotFound("there is no such picture") from None
    response.set_etag(etag)
    await response.make_conditional(request)
    headers = response.headers
    headers["Cache-Control"] = cache
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Content-Disposition"] = "inline"
    headers.update(terms)
    return response
