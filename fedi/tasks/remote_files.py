"""The task that brings pictures of other servers here: claimed one by one, fetched, made small in a locked child."""

import logging
import threading
from datetime import timedelta
from pathlib import Path

from fedi import clock, config, db, files, net
from fedi.activitypub.rations import Ration
from fedi.errors import BadMedia, FediError, Refused, Unreachable
from fedi.inspection import picture
from fedi.media import preview
from fedi.models.cached_file import CachedFile
from fedi.policy.consent import Consent
from fedi.policy.layers import xmp
from fedi.services import cached_files

log = logging.getLogger(__name__)
AT_ONCE = 3
SECONDS = 20.0
PER_HOST, WINDOW = 600, 600.0  # files of one host in ten minutes, for each process
PRUNED_AT_ONCE = 500
REST = timedelta(minutes=1)  # for a host that was asked for enough
TRY_AGAIN = {408, 425, 429, *range(500, 600)}

_slots = threading.BoundedSemaphore(AT_ONCE)
_ration = Ration(WINDOW)


def fetch_due() -> int:
    """Fetch what is wished for; how many were worked on."""
    if not _slots.acquire(blocking=False):
        return 0  # other threads of this process are at it and take what is due
    try:
        count = 0
        while (row := _claim()) is not None:
            _fetch(row)
            count += 1
        return count
    finally:
        _slots.release()


def prune(*, days: int | None = None, limit: int | None = None) -> int:
    """Drop copies that nobody looked at for so long, then those over the limit of bytes; how many."""
    settings = config.settings()
    before = clock.now() - timedelta(days=settings.remote_media_days if days is None else days)
    most = settings.remote_media_max_bytes if limit is None else limit
    count = 0
    while True:
        with db.writing("cache") as session:
            dropped = cached_files.drop_old(session, before, most=PRUNED_AT_ONCE)
            dropped += cached_files.drop_over(session, most, most=PRUNED_AT_ONCE)
        count += dropped
        if dropped < PRUNED_AT_ONCE:
            return count


def forget() -> None:
    """Forget what hosts were asked for (between tests)."""
    _ration.forget()


def _claim() -> CachedFile | None:
    with db.writing("cache") as session:
        return cached_files.claim(session)


def _fetch(row: CachedFile) -> None:
    again = False
    try:
        with db.reading() as session:
            if not cached_files.may_fetch(session, row.url):
                raise Refused("a rule of this house keeps pictures of that server away")
        if not _ration.take(row.host, PER_HOST):
            with db.writing("cache") as session:
                cached_files.later(session, row.id, REST)
            return
        size, inside = _copy(row)
    except Unreachable as error:
        reason, again = str(error), True
    except FediError as error:
        reason = str(error)
    except Exception as error:  # the edge: one odd file must not stop the others
        log.exception("the picture %s", row.url)
        reason = f"{type(error).__name__}: {error}"
    else:
        with db.writing("cache") as session:
            kept = cached_files.fetched(session, row.id, size=size, inside=inside)
        if not kept:
            cached_files.remove(row.key)
        return
    log.info("the picture %s cannot be had: %s", row.url, reason)
    with db.writing("cache") as session:
        cached_files.failed(session, row.id, reason, again=again)


def _copy(row: CachedFile) -> tuple[int, Consent | None]:
    """Fetch the picture and put its copies in their place; their bytes, and what it says itself. Raises FediError."""
    answer = net.get(row.url, headers={"Accept": "image/*"}, max_bytes=preview.MAX_BYTES, timeout=SECONDS)
    with db.reading() as session:
        if not cached_files.may_fetch(session, answer.url):
            raise Refused("it leads to a server whose pictures a rule of this house keeps away")
    if answer.status in TRY_AGAIN:
        raise Unreachable(f"its server says {answer.status}")
    if answer.status != 200:
        raise BadMedia(f"its server says {answer.status}")
    inside = picture.consent(answer)
    with db.reading() as session:
        found = cached_files.heard(inside, cached_files.said(session, row.url))
        packet = xmp.render(cached_files.under(session, row.url, found)) if found else b""
    with files.incoming() as source, files.incoming() as small, files.incoming() as large:
        Path(source).write_bytes(answer.body)
        made = preview.make(source, small, large, long_side=config.settings().media_long_side, xmp=packet)
        for size, path in zip(cached_files.SIZES, (small, large), strict=True):
            files.place(path, "cache", cached_files.file_key(row.key, size))
    return made.size, inside
