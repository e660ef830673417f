"""The gate before everything: agents that gather for AI are turned away where the artist's terms say no.

An ASGI app before the cache, which answers before anybody looks at who asks. It needs no database for a refusal: the
list of agents and the terms by path are kept in memory, and read anew when something was committed. Everybody who is
no agent of the list passes after one look into a table of known User-Agent headers.

What is always readable: robots.txt and whatever else says the terms (`places.Kind.TERMS`). What never comes here: a
POST, such as one to an inbox. A request of the API with a token passes and is refused there when the token is bad.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedi.activitypub.protocol.requests import SignatureError
from fedi.errors import FediError, TooMany
from fedi.models.crawler import Identity, Verdict
from fedi.policy.agents import ROSTER, USES, Roster
from fedi.policy.consent import Answer, Consent
from fedi.policy.ranges import Ranges
from fedi.policy.terms import Terms
from fedi.services import artist_terms, consents, crawlers
from fedi.web import addresses, database, limits, places, refusal, visitors
from fedi.web.asgi import App, Receive, Scope, Send, address_of, as_request, header
from fedi.web.bot_keys import Directories
from fedi.web.places import Kind, Place
from fedi.web.visitors import Visitor
from fedi.web.visits import Measured, Visits

log = logging.getLogger(__name__)
SETTLED = 1.0  # seconds for which what was read is not doubted
LOOK_EVERY = 5.0  # seconds after which the list itself is read anew, for a request of anybody
MOST_TREES = 100_000
READS = {"GET", "HEAD"}
TAKEN = {200, 206, 304}


@dataclass(frozen=True)
class Known:
    """The list, and the terms by path (as robots.txt writes paths), of one state of the database."""

    roster: Roster = ROSTER
    ranges: Mapping[str, Ranges] = field(default_factory=dict)
    trees: Mapping[str, Consent] = field(default_factory=dict)
    version: object = None
    changes: int = -1
    since: float = 0.0

    @cached_property
    def house(self) -> Terms:
        return consents.of_instance()

    def consent(self, place: Place) -> Consent:
        if place.elsewhere:
            return Consent()  # the works of other servers' people are not ours to give
        return next((self.trees[tree] for tree in place.trees if tree in self.trees), self.house.consent)

    def answer(self, visitor: Visitor, place: Place) -> Answer:
        if place.kind == Kind.TERMS:
            return Answer.ALLOW
        if visitor.identity == Identity.SPOOFED:
            return Answer.DENY
        return visitor.agent.answer(self.consent(place))


class Gate:
    """An ASGI app before the app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: Known | None = None
        self._reading: asyncio.Task[Known] | None = None
        self._directories = Directories()
        self.visits = Visits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self._app(scope, receive, send)
            return
        known = self._known
        if known is None or known.changes != crawlers.changes():
            known = await self._read()
        if not header(scope, b"signature-agent") and known.roster.match(header(scope, b"user-agent")) is None:
            if time.monotonic() - known.since > LOOK_EVERY:
                self._begin()
            await self._app(scope, receive, send)
            return
        await self._look(await self._fresh(known), scope, receive, send)

    async def _look(self, known: Known, scope: Scope, receive: Receive, send: Send) -> None:
        """At who may be an agent of the list."""
        place = places.find(scope["path"])
        try:
            visitor = await self._who(known, scope, place)
        except FediError as error:
            await refusal.turn_away(scope, send, error)
            forger = visitors.by_forgery(known.roster, header(scope, b"user-agent"), address_of(scope))
            if forger is not None and isinstance(error, SignatureError):
                self._note(scope, forger, place, Verdict.REFUSED)
            return
        if visitor is None:
            await self._app(scope, receive, send)
            return
        answer = known.answer(visitor, place)
        if answer == Answer.ALLOW:
            await self._serve(scope, receive, send, visitor=visitor, place=place)
        elif place.kind == Kind.API and has_token(scope):
            scope["fedi.refused"] = refusal.words(visitor, place)
            await self._app(scope, receive, send)
        else:
            house = replace(known.house, consent=known.consent(place))
            await refusal.refuse(scope, send, house, visitor=visitor, place=place, answer=answer)
            self._note(scope, visitor, place, Verdict.REFUSED if answer == Answer.DENY else Verdict.PRICED)

    async def _who(self, known: Known, scope: Scope, place: Place) -> Visitor | None:
        """A signature goes before the name and the address. Raises SignatureError for a forged one, Unreachable and
        TooMany for one that cannot be looked at now; the terms are read without looking.
        """
        user_agent, address = header(scope, b"user-agent"), address_of(scope)
        if header(scope, b"signature-agent") and place.kind != Kind.TERMS:
            host = await self._directories.signer(as_request(scope), addresses.network(address))
            return visitors.by_signature(known.roster, host, user_agent, address)
        return visitors.by_name(known.roster, known.ranges, user_agent, address)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, visitor: Visitor, place: Place) -> None:
        """What it took is noted when it has it; too much at once is refused."""
        scope["fedi.listed"] = True
        try:
            if place.kind != Kind.TERMS:
                count(visitor)
        except TooMany as error:
            await refusal.plainly(scope, send, 429, f"{error}.", {"Retry-After": str(error.retry_after)})
            self._note(scope, visitor, place, Verdict.LIMITED)
            return
        measured = Measured(send)
        await self._app(scope, receive, measured)
        if measured.status in TAKEN:
            self._note(scope, visitor, place, Verdict.SERVED, size=measured.bytes)

    def _note(self, scope: Scope, visitor: Visitor, place: Place, verdict: Verdict, size: int = 0) -> None:
        self.visits.note(visitor, place, verdict=verdict, path=scope["path"], size=size)

    async def _fresh(self, known: Known) -> Known:
        """What is known now: a consent that was changed counts a second later at most."""
        if time.monotonic() - known.since < SETTLED:
            return known
        try:
            changed = await database.version() != known.version
        except (SQLAlchemyError, sqlite3.Error):
            return known
        if changed:
            return await self._read()
        self._known = replace(known, since=time.monotonic())
        return self._known

    def _begin(self) -> "asyncio.Task[Known]":
        """Read the list and the terms, once for all who ask meanwhile."""
        loop = asyncio.get_running_loop()
        if self._reading is None or self._reading.done() or self._reading.get_loop() is not loop:
            self._reading = loop.create_task(self._learn())
        return self._reading

    async def _read(self) -> Known:
        return await asyncio.shield(self._begin())

    async def _learn(self) -> Known:
        changes = crawlers.changes()
        try:
            version = await database.version()
            roster, ranges, trees = await database.reading(_load)
        except (SQLAlchemyError, sqlite3.Error) as error:
            log.warning("the list of crawlers could not be read: %s", error)
            return self._known or Known(changes=changes)  # the strict default: what is not known is not given
        self._known = Known(roster, ranges, trees, version, changes, time.monotonic())
        return self._known


def _load(session: Session) -> tuple[Roster, dict[str, Ranges], dict[str, Consent]]:
    """What is named twice has the first word, as in the files."""
    trees: dict[str, Consent] = {}
    for path, terms in artist_terms.different(session, MOST_TREES):
        trees.setdefault(path.lower(), terms.consent)
    return crawlers.roster(session), crawlers.ranges(session), trees


def has_token(scope: Scope) -> bool:
    """Whether it carries what may be a token of the API."""
    return bool(header(scope, b"authorization")) or b"access_token=" in scope["query_string"]


def count(visitor: Visitor) -> None:
    """Raises TooMany. Who gathers is counted by name, as one program comes from hundreds of addresses; an impostor does
    not use up what the real one has. Previews and search engines are counted by network, so that nobody uses up theirs.
    """
    agent = visitor.agent
    if USES[agent.purpose]:
        limits.take(limits.CRAWLER, f"{agent.name} {visitor.identity}")
    else:
        limits.take(limits.CRAWLER_NETWORK, f"{agent.name} {addresses.network(visitor.address)}")
