"""/api/v1/admin/reports: reports, for moderators."""

from collections.abc import Callable
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.account import Account
from fedi.models.report import Report
from fedi.services import reports
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import admin_report
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
Deed = Callable[[Session, Report, Account], None]
DEEDS: dict[str, Deed] = {
    "assign_to_self": reports.assign,
    "unassign": lambda session, report, _: reports.assign(session, report, None),
    "resolve": reports.resolve,
    "reopen": lambda session, report, _: reports.reopen(session, report),
}


@blueprint.get("/api/v1/admin/reports")
async def listed() -> Response:
    """Open ones, or settled ones with `resolved`."""
    given = await params.read()
    return paged(*await database.reading(_listed, access.person(), given.page(100), given))


@blueprint.get("/api/v1/admin/reports/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.person(), params.id_of(id_)))


@blueprint.put("/api/v1/admin/reports/<id_>")
async def change(id_: str) -> Response:
    category = (await params.read()).text("category")
    return answer(await database.writing(_change, access.person(), params.id_of(id_), category))


async def settle(id_: str, verb: str) -> Response:
    return answer(await database.writing(_settle, access.person(), params.id_of(id_), DEEDS[verb]))


for _verb in DEEDS:
    blueprint.add_url_rule(
        f"/api/v1/admin/reports/<id_>/{_verb}", _verb, settle, methods=["POST"], defaults={"verb": _verb}
    )


def _listed(session: Session, account_id: int, page: Page, given: Params) -> Rows:
    by, about = given.optional_id("account_id"), given.optional_id("target_account_id")
    found = reports.listed(session, page, done=given.flag("resolved"), by=by, about=about)
    return admin_report.many(session, lookup.me(session, account_id), found), [row.id for row in found]


def _show(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    return _render(session, lookup.me(session, account_id), reports.get(session, id_))


def _change(session: Session, account_id: int, id_: int, category: str) -> dict[str, Any]:
    report = reports.get(session, id_)
    if category:
        reports.change(session, report, category=category)
    return _render(session, lookup.me(session, account_id), report)


def _settle(session: Session, account_id: int, id_: int, deed: Deed) -> dict[str, Any]:
    me, report = lookup.me(session, account_id), reports.get(session, id_)
    deed(session, report, me)
    return _render(session, me, report)


def _render(session: Session, me: Account, report: Report) -> dict[str, Any]:
    return admin_report.many(session, me, [report])[0]
