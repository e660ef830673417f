"""The task that makes the codes by which registries know pictures."""

import threading

from fedi import db
from fedi.services import fingerprints

_turn = threading.Lock()


def make_due(actor_id: int | None = None) -> int:
    """Make what is missing (of this artist, or of all), one by one; how many. Made twice, it is the same code."""
    if not _turn.acquire(blocking=False):
        return 0  # another thread of this process is at it and takes what is due
    try:
        count = 0
        while _make_next(actor_id):
            count += 1
        return count
    finally:
        _turn.release()


def _make_next(actor_id: int | None) -> bool:
    with db.reading() as session:
        rendition = fingerprints.next_wanted(session, actor_id)
    if rendition is None:
        return False
    code = fingerprints.make(rendition)
    with db.writing("fingerprint") as session:
        fingerprints.keep(session, rendition, code)
    return True
