"""/api/v1/reports: telling the moderators."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import reports
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities.report import render
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)


@blueprint.post("/api/v1/reports")
async def report() -> Response:
    given = await params.read()
    return answer(await database.writing(_report, access.person(), given))


def _report(session: Session, account_id: int, given: Params) -> dict[str, Any]:
    row = reports.make(
        session,
        reporter=lookup.me(session, account_id).actor,
        target=lookup.actor(session, given.optional_id("account_id") or 0),
        post_ids=given.ids("status_ids"),
        rule_ids=given.ids("rule_ids"),
        comment=given.text("comment"),
        category=given.text("category") or "other",
        forward=given.flag("forward"),
    )
    return render(session, row)
