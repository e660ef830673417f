"""Which crawlers came to an artist's works, what they took and what was refused: for that artist, with its file."""

from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.crawler import Identity, Verdict
from fedi.policy.agents import Purpose
from fedi.services import crawler_log
from fedi.web import database, sessions
from fedi.web.pages import page, people
from fedi.web.places import Kind

blueprint = Blueprint("crawlers", __name__)
SPANS = (7, 30, 400)
MOST_SHOWN, MOST_EXPORTED = 300, 100_000
PURPOSES = {
    Purpose.TRAINING: "Training models",
    Purpose.DATASET: "Collecting for others who train",
    Purpose.SEARCH: "Answers written by a model",
    Purpose.USER: "Fetching for a model in a talk",
    Purpose.INDEX: "Search engine",
    Purpose.PREVIEW: "Preview of a link",
    Purpose.OTHER: "Something else",
}
KINDS = {
    Kind.TERMS: "the terms",
    Kind.PAGE: "pages",
    Kind.OBJECT: "documents",
    Kind.PICTURE: "pictures",
    Kind.FEED: "feeds",
    Kind.API: "the API",
}
VERDICTS = {
    Verdict.SERVED: "served",
    Verdict.REFUSED: "refused",
    Verdict.PRICED: "refused, with the way to a licence",
    Verdict.LIMITED: "refused: too many at once",
    Verdict.STOPPED: "stopped",
}
IDENTITIES = {
    Identity.CLAIMED: "by its name alone",
    Identity.ADDRESS: "from its operator’s addresses",
    Identity.SIGNED: "signed with its operator’s key",
    Identity.SPOOFED: "an impostor",
    Identity.UNKNOWN: "without a name",
}
WORDS = {"purposes": PURPOSES, "kinds": KINDS, "verdicts": VERDICTS, "identities": IDENTITIES}


@blueprint.get("/settings/crawlers")
@sessions.required
async def show() -> Response:
    values = await database.reading(_mine, sessions.account_id(), asked())
    return await page.show("pages/crawlers.html", here="/settings", **values)


@blueprint.get("/settings/crawlers.csv")
@sessions.required
async def export() -> Response:
    return as_file(await database.reading(_my_file, sessions.account_id(), asked()[0]))


def _mine(session: Session, account_id: int, what: tuple[int, str]) -> dict[str, Any]:
    return load(session, people.me(session, account_id).actor.id, what)


def _my_file(session: Session, account_id: int, days: int) -> str:
    return written(session, people.me(session, account_id).actor.id, days)


def asked() -> tuple[int, str]:
    """How many days (one of SPANS), and of which agent ('' for all)."""
    days = request.args.get("days", "")
    return (int(days) if days in map(str, SPANS) else SPANS[1]), request.args.get("agent", "")[:100].replace("\0", "")


def load(session: Session, actor_id: int | None, what: tuple[int, str]) -> dict[str, Any]:
    """What the page prints: a row for each agent, or one agent's days."""
    days, agent = what
    values: dict[str, Any] = {"days": days, "agent": agent, **WORDS}
    if agent:
        found = crawler_log.rows(session, days=days, actor_id=actor_id, agent=agent, limit=MOST_SHOWN)
        return values | {"rows": [tuple(row) for row in found]}
    return values | {"agents": crawler_log.summaries(session, days=days, actor_id=actor_id)}


def written(session: Session, actor_id: int | None, days: int) -> str:
    return "".join(crawler_log.export(session, days=days, actor_id=actor_id, limit=MOST_EXPORTED))


def as_file(text: str) -> Response:
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="crawlers-{clock.now().date()}.csv"'
    return response
