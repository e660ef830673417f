"""/api/v1/instance and /api/v2/instance: what this server is, what it permits, whom it knows."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.instance import DomainSeverity
from fedi.services import domains, rules, statistics
from fedi.web import database, terms_of_service
from fedi.web.api import lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import instance, rule

blueprint = api_blueprint(__name__)
MOST_PEERS = 10
_SEVERITY = {DomainSeverity.BLOCK: "suspend", DomainSeverity.LIMIT: "silence"}


@blueprint.get("/api/v2/instance")
async def second() -> Response:
    return answer(await database.reading(instance.second))


@blueprint.get("/api/v1/instance")
async def first() -> Response:
    response = answer(await database.reading(instance.first))
    response.headers["Deprecation"] = "@1668384000"
    return response


@blueprint.get("/api/v1/instance/peers")
async def peers() -> Response:
    return answer(await database.reading(statistics.peers))


@blueprint.get("/api/v1/peers/search")
async def peers_beginning() -> Response:
    letters = (await params.read()).text("q").strip()
    return answer(await database.reading(statistics.peers_beginning, letters, most=MOST_PEERS) if letters else [])


@blueprint.get("/api/v1/instance/activity")
async def activity() -> Response:
    return answer(
        [
            {
                "week": str(int(start.timestamp())),
                "statuses": str(posts),
                "logins": str(people),
                "registrations": str(new),
            }
            for start, posts, people, new in await database.reading(statistics.weeks)
        ],
    )


@blueprint.get("/api/v1/instance/rules")
async def house_rules() -> Response:
    return answer(await database.reading(_rules))


@blueprint.get("/api/v1/instance/languages")
async def languages() -> Response:
    """No language is preferred."""
    return answer([])


@blueprint.get("/api/v1/instance/translation_languages")
async def translation_languages() -> Response:
    return answer({})


@blueprint.get("/api/v1/instance/domain_blocks")
async def domain_blocks() -> Response:
    return answer(await database.reading(_domain_blocks))


@blueprint.get("/api/v1/instance/extended_description")
async def extended_description() -> Response:
    return answer({"updated_at": None, "content": f"<p>{instance.DESCRIPTION}</p>"})


@blueprint.get("/api/v1/instance/terms_of_service/<date>")
async def terms_of(date: str) -> Response:
    """Those of another day were never kept."""
    if date != terms_of_service.EFFECTIVE:
        raise NotFound(lookup.MISSING)
    return await terms()


@blueprint.get("/api/v1/instance/terms_of_service")
async def terms() -> Response:
    return answer(
        {
            "effective_date": terms_of_service.EFFECTIVE,
            "effective": True,
            "content": await terms_of_service.text(),
            "succeeded_by": None,
        }
    )


@blueprint.get("/api/v1/instance/privacy_policy")
async def privacy_policy() -> Response:
    return answer({"updated_at": "1970-01-01T00:00:00.000Z", "content": ""})


def _rules(session: Session) -> list[dict[str, Any]]:
    return [rule.render(row) for row in rules.listed(session)]


def _domain_blocks(session: Session) -> list[dict[str, Any]]:
    """Every block and limit, hidden names with stars."""
    return [
        {
            "domain": domains.obfuscated(row.domain) if row.obfuscate else row.domain,
            "digest": domains.digest(row.domain),
            "severity": _SEVERITY[row.severity],
            "comment": row.public_comment,
        }
        for row in domains.rules(session)
        if row.severity in _SEVERITY
    ]
