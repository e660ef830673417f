"""So many requests to a host in so many seconds, counted in this process."""

import time
from collections import OrderedDict

MAX_HOSTS = 10_000


class Ration:
    """Windows of `seconds` per host; the ones that were asked longest ago are forgotten."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._spent: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, host: str, most: int) -> bool:
        """Count one; whether it is among the first `most` of the host's window."""
        now = time.monotonic()
        started, used = self._spent.pop(host, (now, 0))
        if now - started >= self._seconds:
            started, used = now, 0
        self._spent[host] = (started, used + 1)
        while len(self._spent) > MAX_HOSTS:
            self._spent.popitem(last=False)
        return used < most

    def forget(self) -> None:
        self._spent.clear()
