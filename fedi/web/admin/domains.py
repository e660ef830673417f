"""Rules about other servers, for moderators: block, limit, allow."""

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import BadRequest
from fedi.models.instance import DomainSeverity
from fedi.services import domains
from fedi.web import database, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("moderation_domains", __name__)


@blueprint.get("/moderation/domains")
@sessions.moderators
async def listed() -> Response:
    return await _page(domain=request.args.get("domain", "")[:255])


@blueprint.post("/moderation/domains")
@sessions.moderators
async def rule() -> Response:
    form = await forms.read()
    try:
        await database.writing(_rule, form)
    except BadRequest as error:
        return await _page(domain=form.get("domain", ""), error=error)
    return page.go("/moderation/domains", "ruled")


@blueprint.post("/moderation/domains/remove")
@sessions.moderators
async def remove() -> Response:
    form = await forms.read()
    await database.writing(domains.remove_rule, form.get("domain", ""))
    return page.go("/moderation/domains", "saved")


async def _page(*, domain: str = "", error: BadRequest | None = None) -> Response:
    rules = await database.reading(domains.rules)
    return await page.show(
        "moderation/domains.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        rules=rules,
        domain=domain,
        here="/moderation/reports",
    )


def _rule(session: Session, form: dict[str, str]) -> None:
    severity = form.get("severity", "")
    if severity not in set(DomainSeverity):
        raise BadRequest("choose block, limit or allow")
    domains.set_rule(
        session,
        form.get("domain", ""),
        DomainSeverity(severity),
        public_comment=form.get("public_comment", "")[:500],
        private_comment=form.get("private_comment", "")[:500],
        reject_media="reject_media" in form,
        reject_reports="reject_reports" in form,
    )
