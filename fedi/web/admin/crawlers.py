"""Crawlers, for moderators: which came and what became of it, and the list of them."""

from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import FediError, NotFound
from fedi.policy.agents import Agent, Purpose, Rule
from fedi.services import crawlers
from fedi.web import database, sessions
from fedi.web.pages import forms, page
from fedi.web.pages.crawlers import PURPOSES, as_file, asked, load, written

blueprint = Blueprint("moderation_crawlers", __name__)
LIST = "/moderation/crawlers/list"
FIELDS = ("name", "operator", "purpose", "obeys", "source", "signs", "rule")


@blueprint.get("/moderation/crawlers")
@sessions.moderators
async def show() -> Response:
    values = await database.reading(load, None, asked())
    return await page.show("moderation/crawlers.html", **values | {"here": "/moderation/reports"})


@blueprint.get("/moderation/crawlers.csv")
@sessions.moderators
async def export() -> Response:
    return as_file(await database.reading(written, None, asked()[0]))


@blueprint.get("/moderation/crawlers/list")
@sessions.moderators
async def listed() -> Response:
    return await _page({"name": request.args.get("name", "")[:100].replace("\0", "")}, find=True)


@blueprint.post("/moderation/crawlers/list")
@sessions.moderators
async def change() -> Response:
    form = await forms.read()
    try:
        await database.writing(_change, form)
    except FediError as error:
        return await _page(form, error=error)
    return page.go(LIST, "ruled")


@blueprint.post("/moderation/crawlers/list/remove")
@sessions.moderators
async def remove() -> Response:
    form = await forms.read()
    await database.writing(crawlers.forget, form.get("name", ""))
    return page.go(LIST, "saved")


async def _page(form: dict[str, str], *, find: bool = False, error: FediError | None = None) -> Response:
    values = await database.reading(_load, form, find=find)
    return await page.show(
        "moderation/crawler_list.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        here="/moderation/reports",
        purposes=PURPOSES,
        **values,
    )


def _load(session: Session, form: dict[str, str], *, find: bool) -> dict[str, Any]:
    agents = crawlers.roster(session).agents
    if find and form["name"]:
        try:
            form = _as_form(crawlers.named(session, form["name"]))
        except NotFound:
            form = {}
    return {
        "agents": agents,
        "own": {row.name_key for row in crawlers.rules(session)},
        "form": {field: form.get(field, "") for field in FIELDS},
    }


def _as_form(agent: Agent) -> dict[str, str]:
    return {field: str(getattr(agent, field) or "") for field in FIELDS}


def _change(session: Session, form: dict[str, str]) -> None:
    rule = form.get("rule", "")
    agent = Agent(
        name=form.get("name", ""),
        operator=form.get("operator", ""),
        purpose=crawlers.purpose(form.get("purpose", Purpose.DATASET)),
        obeys=form.get("obeys", "unknown"),
        source=form.get("source", ""),
        signs=form.get("signs", ""),
        rule=Rule(rule) if rule in set(Rule) else None,
    )
    crawlers.set_rule(session, agent)
