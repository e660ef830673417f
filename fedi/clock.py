"""The clock: now(), HTTP and JSON dates, and ids that sort by time."""

import email.utils
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

_frozen: float | None = None


def timestamp() -> float:
    """Seconds since 1970, or the frozen time of a test."""
    return time.time() if _frozen is None else _frozen


def now() -> datetime:
    return datetime.fromtimestamp(timestamp(), UTC)


@contextmanager
def frozen(at: float) -> Iterator[None]:
    """Stop the clock at `at` (seconds since 1970) in this process."""
    global _frozen
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before


def new_id(at: datetime | None = None) -> int:
    """A 63-bit id: milliseconds since 1970, then 16 random bits. Sorts by time; unique with a retry on conflict.

    Those of one process for the present grow strictly, so that what came in first sorts first within a millisecond too.
    """
    global _last
    millis = max(int((at.timestamp() if at else timestamp()) * 1000), 0)
    made = (millis << 16) | secrets.randbits(16)
    if at is not None:
        return made
    with _ids:
        if 0 <= (_last >> 16) - millis < STEP_BACK:  # the same millisecond, or one that the ids before ran ahead to
            made = _last + 1 + secrets.randbits(4)
        _last = made
    return made


_last = 0
_ids = threading.Lock()
STEP_BACK = 1000  # milliseconds that the clock may be set back


def id_time(id_: int) -> datetime:
    return datetime.fromtimestamp((id_ >> 16) / 1000, UTC)


def http_date(at: datetime | None = None) -> str:
    """`Mon, 23 Nov 2026 04:51:55 GMT` (RFC 9110 section 5.6.7)."""
    return _http_date(int(at.timestamp() if at else timestamp()))


@lru_cache(maxsize=8)
def _http_date(seconds: int) -> str:
    """Every delivery of a second carries the same."""
    return email.utils.formatdate(seconds, usegmt=True)


def parse_http_date(text: str) -> datetime:
    """Raises ValueError for anything that is no HTTP date."""
    parsed = email.utils.parsedate_to_datetime(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def iso(at: datetime) -> str:
    """`2026-11-23T04:53:44Z`: whole seconds, as peers send it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(at: datetime) -> str:
    """`2026-11-23T04:53:44.000Z`: what Mastodon clients expect."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def parse_iso(text: str) -> datetime:
    """An xsd:dateTime; raises ValueError. A missing zone is read as UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
