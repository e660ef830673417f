"""/api/v1/admin/measures, dimensions and retention, and what trends, for moderators."""

from datetime import date
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.services import figures, trends
from fedi.services.figures import Span
from fedi.text import find_hashtags
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import status, tag
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
LIMIT = 10
# Nothing is looked at before it is shown, and no hashtag is shut out.
RULED = {"trendable": True, "usable": True, "listable": True, "requires_review": False}


@blueprint.post("/api/v1/admin/measures")
async def measures() -> Response:
    given = await params.read()
    keys = given.texts("keys")
    found = await database.reading(figures.measures, keys, _span(given), _named(given, keys))
    return answer(
        [
            {
                "key": each.key,
                "unit": None,
                "total": str(each.total),
                **({"previous_total": str(each.previous)} if each.previous is not None else {}),
                "data": [{"date": _said(day), "value": str(count)} for day, count in each.days],
            }
            for each in found
        ]
    )


@blueprint.post("/api/v1/admin/dimensions")
async def dimensions() -> Response:
    given = await params.read()
    keys, limit = given.texts("keys"), given.limit(LIMIT)
    found = await database.reading(figures.dimensions, keys, _span(given), _named(given, keys), limit=limit)
    return answer(
        [
            {
                "key": key,
                "data": [{"key": each.key, "human_key": each.name, "value": each.value} for each in shares],
            }
            for key, shares in found
        ]
    )


@blueprint.post("/api/v1/admin/retention")
async def retention() -> Response:
    given = await params.read()
    frequency = given.text("frequency") if given.text("frequency") in figures.FREQUENCIES else "day"
    found = await database.reading(figures.retention, _span(given), frequency)
    return answer(
        [
            {
                "period": _said(period),
                "frequency": frequency,
                "data": [{"date": _said(each.at), "rate": each.rate, "value": str(each.value)} for each in stays],
            }
            for period, stays in found
        ]
    )


@blueprint.get("/api/v1/admin/trends/tags")
async def trending_tags() -> Response:
    return answer(await database.reading(_trending_tags, access.person(), await params.read()))


@blueprint.get("/api/v1/admin/trends/statuses")
async def trending_statuses() -> Response:
    return answer(await database.reading(_trending_statuses, access.person(), await params.read()))


@blueprint.get("/api/v1/admin/trends/links")
async def trending_links() -> Response:
    """No cards are made of links, so none of them trends."""
    return answer([])


@blueprint.get("/api/v1/admin/tags/<name>")
async def show_tag(name: str) -> Response:
    if find_hashtags(f"#{name}") != [name]:
        raise NotFound(lookup.MISSING)
    return answer((await database.reading(_tags, access.person(), [name]))[0])


def _span(given: Params) -> Span:
    """The days that are asked for. Raises BadRequest."""
    try:
        start, end = (clock.parse_iso(given.text(name).strip()).date() for name in ("start_at", "end_at"))
    except (ValueError, OverflowError):
        raise BadRequest("start_at and end_at must be dates, such as 2026-11-29") from None
    return Span(start, end)


def _named(given: Params, keys: list[str]) -> dict[str, str]:
    """What a figure is about, which stands below its key: `tag_uses[id]`, `instance_accounts[domain]`."""
    return {key: given.group(key).text("id") or given.group(key).text("domain") for key in keys}


def _said(day: date) -> str:
    return f"{day:%Y-%m-%d}T00:00:00.000Z"


def _tags(session: Session, account_id: int, names: list[str]) -> list[dict[str, Any]]:
    return [body | RULED for body in tag.many(session, names, lookup.me(session, account_id).actor)]


def _trending_tags(session: Session, account_id: int, given: Params) -> list[dict[str, Any]]:
    return _tags(session, account_id, trends.tags(session, limit=given.limit(LIMIT), offset=given.offset()))


def _trending_statuses(session: Session, account_id: int, given: Params) -> list[dict[str, Any]]:
    me = lookup.me(session, account_id)
    found = trends.posts(session, me.actor, limit=given.limit(20), offset=given.offset())
    return status.of_posts(session, me, found)
