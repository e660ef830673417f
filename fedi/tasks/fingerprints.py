"""The task that makes the codes by which registries know pictures."""

from fedi import db
from fedi.services import fingerprints


def make_due(actor_id: int | None = None) -> int:
    """Make what is missing (of this artist, or of all), one by one; how many. Made twice, it is the same code."""
    count = 0
    while True:
        with db.reading() as session:
            rendition = fingerprints.next_wanted(session, actor_id)
        if rendition is None:
            return count
        code = fingerprints.make(rendition)
        with db.writing("fingerprint") as session:
            fingerprints.keep(session, rendition, code)
        count += 1
