"""Rate limits: token buckets per key, in this process. `FEDI_RATE_LIMITS=off` switches them off for tests."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from fedi import config
from fedi.errors import TooMany

MAX_KEYS = 50_000


@dataclass(frozen=True)
class Limit:
    """`count` requests in `seconds`."""

    name: str
    count: int
    seconds: int


@dataclass
class Window:
    started: float
    used: int


SIGN_IN_ADDRESS = Limit("sign-in by address", 20, 300)
SIGN_IN_ACCOUNT = Limit("sign-in by account", 5, 300)
SIGN_UP = Limit("sign-up", 5, 1800)
PASSWORD_RESET = Limit("password reset", 5, 1800)
UPLOAD = Limit("upload", 120, 1800)
API_ACCOUNT = Limit("api by account", 1500, 300)
API_ADDRESS = Limit("api by address", 300, 300)
APP_REGISTRATION = Limit("app registration", 5, 600)
DELETE_POST = Limit("delete", 30, 1800)
# A program that gathers for AI, wherever it comes from; any other of the list, from one network.
CRAWLER, CRAWLER_NETWORK = Limit("crawler", 120, 60), Limit("crawler by network", 600, 60)
INBOX_HOST = Limit("inbox by host", 3000, 60)

_windows: OrderedDict[tuple[str, str], Window] = OrderedDict()


def take(limit: Limit, key: str) -> tuple[int, int]:
    """Count one. Returns (remaining, seconds until the window ends); raises TooMany when there is none left."""
    if config.settings().rate_limits == "off":
        return limit.count, limit.seconds
    now = time.monotonic()
    name = (limit.name, key)
    window = _windows.pop(name, None)
    if window is None or now - window.started >= limit.seconds:
        window = Window(now, 0)
    window.used += 1
    _windows[name] = window
    while len(_windows) > MAX_KEYS:
        _windows.popitem(last=False)
    left = max(1, int(limit.seconds - (now - window.started)))
    if window.used > limit.count:
        raise TooMany("too many requests: please wait a little", retry_after=left)
    return limit.count - window.used, left


def forget(limit: Limit, key: str) -> None:
    """A good sign-in clears what failed ones counted."""
    _windows.pop((limit.name, key), None)


def reset() -> None:
    _windows.clear()
