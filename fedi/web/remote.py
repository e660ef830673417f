"""/remote/...: pictures of other servers, shown from here, so that none of them learns who looks at what.

The first to look waits while the worker fetches it; afterwards it lies here until nobody looks at it for long.
"""

import asyncio
import time

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import files
from fedi.errors import NotFound, Unreachable
from fedi.models.cached_file import CachedFile, CachedState
from fedi.policy.layers import headers as terms_headers
from fedi.services import cached_files
from fedi.web import database, pictures

blueprint = Blueprint("remote", __name__)
WAIT, LOOK_EVERY = 12.0, 0.15  # seconds
MOST_WAITING = 100
WEEK = "public, max-age=604800"
_waiting = 0


@blueprint.get("/remote/<size>/<signature>/<name>")
async def show(size: str, signature: str, name: str) -> Response:
    """Raises NotFound for what is no picture or cannot be had, Unreachable when it does not come in time."""
    if size not in cached_files.SIZES:
        raise NotFound("there is no such picture")
    url = cached_files.read(signature, name)
    row = await database.reading(_find, url)
    if cached_files.is_stale(row) or (row is not None and row.state == CachedState.WANTED):
        row = await _fetched(url)
    if row is None or row.state != CachedState.HERE:
        raise NotFound("that picture cannot be had")
    if cached_files.needs_use(row):
        await database.writing(cached_files.used, row.id)
    path = files.locate("cache", cached_files.file_key(row.key, size))
    terms = terms_headers.render(await database.reading(cached_files.terms, row))
    etag = f"{row.key[:32]}-{size}-{int(row.fetched_at.timestamp()) if row.fetched_at else 0}"
    try:
        return await pictures.send(path, mime="image/webp", etag=etag, cache=WEEK, terms=terms)
    except NotFound:
        await database.writing(_lost, row.id)
        raise Unreachable("that picture went, and is fetched again", retry_after=5) from None


async def _fetched(url: str) -> CachedFile | None:
    """The row once it is no longer wanted. Raises Unreachable after `WAIT`, or when too many wait already."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Unreachable("too many pictures are being fetched", retry_after=10)
    _waiting += 1
    try:
        await database.writing(cached_files.want, url)
        ends = time.monotonic() + WAIT
        while time.monotonic() < ends:
            await asyncio.sleep(LOOK_EVERY)
            row = await database.reading(cached_files.find, url)
            if row is None or row.state != CachedState.WANTED:
                return row
    finally:
        _waiting -= 1
    raise Unreachable("that picture is still being fetched", retry_after=10)


def _find(session: Session, url: str) -> CachedFile | None:
    """Raises NotFound where a rule of the house keeps pictures of that server away."""
    if not cached_files.may_fetch(session, url):
        raise NotFound("pictures of that server are not shown here")
    return cached_files.find(session, url)


def _lost(session: Session, row_id: int) -> None:
    """The copy went from the disk: it is fetched anew."""
    row = session.get(CachedFile, row_id)
    if row is not None:
        cached_files.refresh(session, url=row.url)
