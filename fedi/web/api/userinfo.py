"""/oauth/userinfo: OpenID Connect's idea of who somebody is (core section 5.3)."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import urls
from fedi.web import database
from fedi.web.api import access, lookup
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import account

blueprint = api_blueprint(__name__)


@blueprint.route("/oauth/userinfo", methods=["GET", "POST"])
async def show() -> Response:
    return answer(await database.reading(_show, access.person()))


def _show(session: Session, account_id: int) -> dict[str, Any]:
    actor = lookup.me(session, account_id).actor
    body = account.one(session, actor)
    return {
        "iss": f"{urls.origin()}/",
        "sub": actor.uri,
        "name": body["display_name"] or actor.name,
        "preferred_username": actor.name,
        "profile": body["url"],
        "picture": body["avatar"],
    }
