"""Keys of programs that sign their requests (Web Bot Auth), fetched from their operators' directories and kept.

Only the request that needs a directory waits for it. All go out through `fedi.net`, few at once and few a minute, so
that nobody makes this server ask others, or itself, around.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedi import net
from fedi.activitypub.protocol import bot_auth
from fedi.activitypub.protocol.bot_auth import Claim
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.errors import BadDocument, FediError, Refused, TooLarge, Unreachable
from fedi.web import limits
from fedi.web.limits import Limit

MAX_BYTES = 64 * 1024
SECONDS = 5.0
AT_ONCE, MOST_WAITING = 4, 20
MOST_KEPT = 500
FRESH, GONE, BAD = 3600.0, 60.0, 600.0  # seconds for which a directory, one out of reach, and a refused one is believed
ROTATED = 60.0  # after which an unknown key is looked for anew
FROM_ALL = Limit("directories of keys", 60, 60)
FROM_NETWORK = Limit("directories of keys by network", 10, 600)


@dataclass(frozen=True)
class Kept:
    """A directory or why there is none, since when (monotonic)."""

    keys: dict[str, Ed25519PublicKey] | None
    error: FediError | None
    since: float

    @property
    def holds(self) -> bool:
        lasts = FRESH if self.error is None else GONE if isinstance(self.error, Unreachable) else BAD
        return time.monotonic() - self.since < lasts


class Directories:
    """What this process knows of directories, by origin."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._fetching: dict[str, asyncio.Task[Kept]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def signer(self, request: Request, network: str) -> str:
        """The host whose key signed the request. Raises SignatureError for a forgery, Unreachable and TooMany when it
        cannot be told now.
        """
        claim = bot_auth.parse(request)
        bot_auth.verify(claim, await self._keys(claim, network))
        return claim.host

    async def _keys(self, claim: Claim, network: str) -> dict[str, Ed25519PublicKey]:
        kept = self._kept.get(claim.origin)
        if kept is not None and kept.keys is not None and claim.key_id not in kept.keys:
            kept = kept if time.monotonic() - kept.since < ROTATED else None
        if kept is None or not kept.holds:
            kept = await self._fetched(claim.origin, network)
        if kept.keys is None:
            assert kept.error is not None
            raise kept.error
        return kept.keys

    async def _fetched(self, origin: str, network: str) -> Kept:
        task = self._fetching.get(origin)
        if task is None:
            if len(self._fetching) >= MOST_WAITING:
                raise Unreachable("too many directories of keys are being fetched", retry_after=30)
            limits.take(FROM_NETWORK, network)
            limits.take(FROM_ALL, "")
            task = self._fetching[origin] = asyncio.get_running_loop().create_task(self._fetch(origin))
            task.add_done_callback(lambda _: self._fetching.pop(origin, None))
        return await asyncio.shield(task)

    async def _fetch(self, origin: str) -> Kept:
        keys: dict[str, Ed25519PublicKey] | None = None
        error: FediError | None = None
        async with self._slots:
            try:
                keys = await _directory(origin)
            except Unreachable as away:
                error = Unreachable(f"the keys of {origin} cannot be had now", retry_after=int(GONE))
                error.__cause__ = away
            except (Refused, TooLarge, BadDocument) as bad:
                error = SignatureError(f"there are no keys at {origin}: {bad}")
        kept = self._kept[origin] = Kept(keys, error, time.monotonic())
        self._kept.move_to_end(origin)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


async def _directory(origin: str) -> dict[str, Ed25519PublicKey]:
    """Nobody else's directory speaks for a host: redirects are not followed."""
    answer = await net.request("GET", origin + bot_auth.DIRECTORY, max_bytes=MAX_BYTES, redirects=0, timeout=SECONDS)
    if answer.status >= 500 or answer.status == 429:
        raise Unreachable(f"{origin} answered {answer.status}")
    if answer.status != 200:
        raise BadDocument(f"it answered {answer.status}")
    return bot_auth.read_directory(answer.body)
