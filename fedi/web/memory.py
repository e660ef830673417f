"""Things read from the database, kept in memory for as long as it stands still (`db.version`).

What they depend on is in the database (and in settings, which a process reads once), so they are the same until
somebody commits, in this process or another; no list of what depends on what is needed. What the time alone changes is
at most `SECONDS` old.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache

from fedi import clock

SECONDS = 5.0
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class _Kept(Generic[V]):
    """A value, the state of the database it was read from, and when (seconds since 1970)."""

    version: object
    since: float
    value: V


class Memory(Generic[K, V]):
    """Values of at most `size` in all, as `size_of` counts them; what was not asked for longest goes first."""

    def __init__(self, size: int, size_of: Callable[[V], int] = lambda _value: 1) -> None:
        self._kept: LRUCache[K, _Kept[V]] = LRUCache(size, getsizeof=lambda kept: size_of(kept.value))

    def get(self, key: K, version: object) -> V | None:
        kept = self._kept.get(key)
        if kept is None or kept.version != version or not 0 <= clock.timestamp() - kept.since < SECONDS:
            return None
        return kept.value

    def keep(self, key: K, version: object, value: V) -> None:
        """`version` is what `db.version` said before the value was read."""
        with suppress(ValueError):  # larger than all that fits
            self._kept[key] = _Kept(version, clock.timestamp(), value)
