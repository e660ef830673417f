"""The task that posts what waited for its time."""

from fedi import db
from fedi.services import scheduled


def post_due() -> int:
    """Post what is due, each in a transaction of its own; how many were looked at."""
    count = 0
    while _next():
        count += 1
    return count


def _next() -> bool:
    with db.writing("scheduled") as session:
        return scheduled.post_next(session)
