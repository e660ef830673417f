"""Traffic that looks like a program's without saying so: who follows the link that robots.txt closes, and who reads
pages faster than people do. Pages ask it for a little work first (`pages/wait.py`); everything else goes on.

Never asked: people who are signed in, ActivityPub, the API, feeds, pictures, programs of the list (previews of links,
search engines) and whoever comes from no public address (a proxy that `FEDI_TRUSTED_PROXIES` does not name would make
all visitors one). Marks are in the memory of this process, for a day, and nowhere else.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from quart import Quart, current_app, request

from fedi import clock, config
from fedi.errors import TooMany
from fedi.models.crawler import Identity, Verdict
from fedi.policy.agents import Agent, Purpose
from fedi.services import secret
from fedi.web import addresses, limits, negotiation, passes, places, sessions
from fedi.web.limits import Limit
from fedi.web.places import Kind
from fedi.web.visitors import Visitor
from fedi.web.visits import Visits

MARKED_SECONDS = 24 * 3600
MOST_MARKED = 50_000
DAY = 24 * 3600
TRAP = "/trap/"
NAMELESS = Agent("(no name)", "unknown", Purpose.OTHER)
# Pages of one household without a pass, and with one.
PAGES, PAGES_WITH_PASS = Limit("pages", 300, 300), Limit("pages with a pass", 1200, 300)
# Pages that are reached all the same: the way out, and what says the terms.
OPEN = ("/wait", "/sign-in", "/sign-out", "/reset-password", "/welcome/", "/oauth/", TRAP)

_marked: OrderedDict[str, float] = OrderedDict()


def install(app: Quart) -> None:
    app.context_processor(_context)


def suspicious() -> bool:
    """Whether this request for a page has to show that somebody waits for it. Counts it."""
    if not _asked():
        return False
    household = addresses.household(sessions.client_address())
    if not addresses.is_public(sessions.client_address()):
        return False
    passed = passes.holds(household)
    if is_marked(household) and not passed:
        note(Verdict.STOPPED)
        return True
    try:
        limits.take(PAGES_WITH_PASS if passed else PAGES, household)
    except TooMany:
        return True
    return False


def _asked() -> bool:
    """Whether it is for a page, by a stranger who is on no list."""
    if not _strange() or request.method not in {"GET", "HEAD"}:
        return False
    if request.path.startswith(OPEN) or places.find(request.path).kind != Kind.PAGE:
        return False
    return not negotiation.wants_activitystreams(request.headers.get("Accept"))


def _strange() -> bool:
    """Whether it comes from nobody that is known: no account, no program of the list."""
    on = config.settings().challenges == "on"
    return on and sessions.account() is None and not request.scope.get("fedi.listed")


# --- the link that robots.txt closes ------------------------------------------------------------------------------


def trap_path() -> str:
    """The link for this visitor; '' for who is never asked. It works in the network it was given to, for a day or two,
    so that nobody can lead others into it.
    """
    address = sessions.client_address()
    if not _strange() or not addresses.is_public(address):
        return ""
    return TRAP + _token(addresses.network(address), _day())


def is_trap(token: str) -> bool:
    """Whether the token of a trap's address was given to the network this request comes from."""
    if not _strange():
        return False
    network = addresses.network(sessions.client_address())
    return any(hmac.compare_digest(token.encode(), _token(network, day).encode()) for day in (_day(), _day() - 1))


def mark() -> None:
    """The household is a program's for a day."""
    household = addresses.household(sessions.client_address())
    _marked.pop(household, None)
    _marked[household] = time.monotonic() + MARKED_SECONDS
    while len(_marked) > MOST_MARKED:
        _marked.popitem(last=False)
    note(Verdict.STOPPED)


def is_marked(household: str) -> bool:
    ends = _marked.get(household)
    if ends is not None and ends < time.monotonic():
        del _marked[household]
        return False
    return ends is not None


def forget() -> None:
    """Between tests."""
    _marked.clear()


def note(verdict: Verdict) -> None:
    """Write down what a marked visitor did; nobody else is written down."""
    visits: Visits = current_app.extensions["fedi.visits"]
    user_agent = request.headers.get("User-Agent", "")
    visitor = Visitor(NAMELESS, Identity.UNKNOWN, sessions.client_address(), user_agent)
    visits.note(visitor, places.find(request.path), verdict=verdict, path=request.path)


def _token(network: str, day: int) -> str:
    return hmac.new(secret.key().encode(), f"trap {network} {day}".encode(), sha256).hexdigest()[:16]


def _day() -> int:
    return int(clock.timestamp()) // DAY


def _context() -> dict[str, Callable[[], Any]]:
    return {"trap_path": trap_path}
