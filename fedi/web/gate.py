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
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedi import urls
from fedi.models.crawler import Identity, Verdict
from fedi.policy.agents import ROSTER, Agent, Roster
from fedi.policy.consent import Answer, Consent
from fedi.policy.layers import headers as terms_headers
from fedi.policy.terms import Terms
from fedi.services import artist_terms, consents, crawlers
from fedi.web import addresses, database, places
from fedi.web.asgi import App, Receive, Scope, Send
from fedi.web.places import Kind, Place
from fedi.web.visits import Measured, Visits

log = logging.getLogger(__name__)
SETTLED = 1.0  # seconds for which what was read is not doubted
LOOK_EVERY = 5.0  # seconds after which the list itself is read anew, for a request of anybody
MOST_TREES = 100_000
READS = {"GET", "HEAD"}
TAKEN = {200, 206, 304}
RSL = "application/rsl+xml"


@dataclass(frozen=True)
class Known:
    """The list, and the terms by path (as robots.txt writes paths), of one state of the database."""

    roster: Roster = ROSTER
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


@dataclass(frozen=True)
class Visitor:
    """An agent of the list, how sure that is, and where it comes from."""

    agent: Agent
    identity: Identity
    address: str
    user_agent: str


class Gate:
    """An ASGI app before the app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: Known | None = None
        self._reading: asyncio.Task[Known] | None = None
        self.visits = Visits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self._app(scope, receive, send)
            return
        known = self._known
        if known is None or known.changes != crawlers.changes():
            known = await self._read()
        user_agent = header(scope, b"user-agent")
        if known.roster.match(user_agent) is None:
            if time.monotonic() - known.since > LOOK_EVERY:
                self._begin()
            await self._app(scope, receive, send)
            return
        known = await self._fresh(known)
        agent = known.roster.match(user_agent)
        if agent is None:
            await self._app(scope, receive, send)
            return
        visitor = Visitor(agent, Identity.CLAIMED, address_of(scope), user_agent)
        place = places.find(scope["path"])
        answer = Answer.ALLOW if place.kind == Kind.TERMS else agent.answer(known.consent(place))
        if answer == Answer.ALLOW:
            await self._serve(scope, receive, send, visitor=visitor, place=place)
        elif place.kind == Kind.API and has_token(scope):
            scope["fedi.refused"] = words(agent, place)
            await self._app(scope, receive, send)
        else:
            await refuse(scope, send, known, agent=agent, place=place, answer=answer)
            self._note(scope, visitor, place, Verdict.REFUSED if answer == Answer.DENY else Verdict.PRICED)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, visitor: Visitor, place: Place) -> None:
        """What it took is noted when it has it."""
        measured = Measured(send)
        await self._app(scope, receive, measured)
        if measured.status in TAKEN:
            self._note(scope, visitor, place, Verdict.SERVED, size=measured.bytes)

    def _note(self, scope: Scope, visitor: Visitor, place: Place, verdict: Verdict, size: int = 0) -> None:
        self.visits.note(
            visitor.agent,
            place,
            identity=visitor.identity,
            verdict=verdict,
            network=addresses.network(visitor.address),
            path=scope["path"],
            user_agent=visitor.user_agent,
            size=size,
        )

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
            roster, trees = await database.reading(_load)
        except (SQLAlchemyError, sqlite3.Error) as error:
            log.warning("the list of crawlers could not be read: %s", error)
            return self._known or Known(changes=changes)  # the strict default: what is not known is not given
        self._known = Known(roster, trees, version, changes, time.monotonic())
        return self._known


def _load(session: Session) -> tuple[Roster, dict[str, Consent]]:
    """What is named twice has the first word, as in the files."""
    trees: dict[str, Consent] = {}
    for path, consent in artist_terms.different(session, MOST_TREES):
        trees.setdefault(path.lower(), consent)
    return crawlers.roster(session), trees


def header(scope: Scope, name: bytes) -> str:
    """The first header of this name, or ''."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def address_of(scope: Scope) -> str:
    """The client's address, as `sessions.client_address` has it in a view."""
    forwarded = [str(value, "latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for"]
    return addresses.client((scope.get("client") or ("",))[0], ",".join(forwarded))


def has_token(scope: Scope) -> bool:
    """Whether it carries what may be a token of the API."""
    return bool(header(scope, b"authorization")) or b"access_token=" in scope["query_string"]


def words(agent: Agent, place: Place) -> str:
    """Why it is refused, for whoever reads the logs of the crawler."""
    whose = "whose works these are" if place.elsewhere else "the artist" if place.artist or place.trees else "the house"
    return f"{agent.name} is not served here: {agent.purpose} use is reserved by {whose}."


async def refuse(scope: Scope, send: Send, known: Known, *, agent: Agent, place: Place, answer: Answer) -> None:
    """403 where the answer is no, 402 with the way to a licence where the artist wants to be asked."""
    licence = urls.licence(place.artist) if place.artist else known.house.licence_url
    terms = replace(known.house, consent=known.consent(place), licence_url=licence)
    said = terms_headers.render(terms)
    links = [f'<{licence}>; rel="license"']
    lines = [words(agent, place), f"Terms: {licence}", f"For machines: {urls.origin()}/robots.txt"]
    if answer != Answer.DENY:
        links.append(f'<{urls.origin()}/rsl.xml>; rel="license"; type="{RSL}"')
        lines += [f"Licences (RSL): {urls.origin()}/rsl.xml"]
    said |= {
        "Link": ", ".join(links),
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "private, no-store",
        "Vary": "User-Agent",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": uuid.uuid4().hex,
    }
    await answer_plainly(scope, send, 403 if answer == Answer.DENY else 402, said, "\n".join(lines) + "\n")


async def answer_plainly(scope: Scope, send: Send, status: int, headers: Mapping[str, str], text: str) -> None:
    body = text.encode()
    made = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    made.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": made})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})
