"""Visits of crawlers, counted in memory and written down now and then: no request waits for it."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from fedi import clock
from fedi.models.crawler import Verdict
from fedi.services import crawler_log
from fedi.services.crawler_log import Count, Key
from fedi.web import addresses, database
from fedi.web.asgi import Message, Send
from fedi.web.places import Place
from fedi.web.visitors import Visitor

log = logging.getLogger(__name__)
WRITE_SECONDS = 30.0
MOST = 5000  # different ones between two writings; beyond that whose thing it was is not told apart
MAX_PATH, MAX_USER_AGENT = 200, 500


class Visits:
    """What was not written down yet."""

    def __init__(self) -> None:
        self._counts: dict[Key, Count] = {}
        self._later: asyncio.Task[None] | None = None

    def note(self, visitor: Visitor, place: Place, *, verdict: Verdict, path: str, size: int = 0) -> None:
        """Count one."""
        agent, now = visitor.agent, clock.now()
        network = addresses.network(visitor.address)
        key = Key(now.date(), agent.name, network, place.kind, place.subject, visitor.identity, verdict)
        if key not in self._counts and len(self._counts) >= MOST:
            key = key._replace(network=crawler_log.OTHERS, subject="")
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = Count(agent.operator, agent.purpose, first_at=now, last_at=now)
        count.visits += 1
        count.bytes += size
        count.last_at = now
        count.user_agent = _plain(visitor.user_agent, MAX_USER_AGENT)
        if len(count.samples) < crawler_log.SAMPLES and (sample := _plain(path, MAX_PATH)) not in count.samples:
            count.samples.append(sample)
        if self._later is None or self._later.done() or self._later.get_loop() is not asyncio.get_running_loop():
            self._later = asyncio.get_running_loop().create_task(self._write_later())

    async def write(self) -> None:
        """Write down what was counted; what cannot be written waits for the next time."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            await database.writing(crawler_log.write, counts)
        except (SQLAlchemyError, sqlite3.Error) as error:
            log.warning("visits of crawlers could not be written down: %s", error)
            for key, count in counts.items():
                if key in self._counts:
                    self._counts[key].add(count)
                else:
                    self._counts[key] = count

    async def _write_later(self) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await self.write()
        if self._counts:
            self._later = asyncio.get_running_loop().create_task(self._write_later())


class Measured:
    """The answer on its way to the client: its status, and how many bytes of body it had."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.bytes = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def _plain(text: str, most: int) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:most])
