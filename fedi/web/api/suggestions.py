"""/api/v1/suggestions and /api/v2/suggestions: whom one may want to follow."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import suggestions
from fedi.services.suggestions import FRIENDS
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import account
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
LIMIT = 40


@blueprint.get("/api/v2/suggestions")
async def listed() -> Response:
    return answer(await database.reading(_listed, access.person(), await params.read()))


@blueprint.get("/api/v1/suggestions")
async def people() -> Response:
    """The older form: the accounts alone."""
    found = await database.reading(_listed, access.person(), await params.read())
    return answer([each["account"] for each in found])


@blueprint.delete("/api/v1/suggestions/<id_>")
async def dismiss(id_: str) -> Response:
    await database.writing(_dismiss, access.person(), params.id_of(id_))
    return answer({})


def _listed(session: Session, account_id: int, given: Params) -> list[dict[str, Any]]:
    me, offset = lookup.me(session, account_id), given.offset()
    found = suggestions.listed(session, me, limit=given.limit(LIMIT), offset=offset)
    bodies = account.many(session, [each.actor for each in found])
    return [
        {
            "source": "past_interactions" if FRIENDS in each.sources else "global",  # the words of the first version
            "sources": each.sources,
            "account": body,
        }
        for each, body in zip(found, bodies, strict=True)
    ]


def _dismiss(session: Session, account_id: int, actor_id: int) -> None:
    suggestions.dismiss(session, lookup.me(session, account_id), lookup.actor(session, actor_id).id)
