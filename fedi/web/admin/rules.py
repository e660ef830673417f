"""The rules of the house, for moderators: writing them and taking them back."""

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest
from fedi.models.rule import Rule
from fedi.services import rules
from fedi.web import database, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("moderation_rules", __name__)


@blueprint.get("/moderation/rules")
@sessions.moderators
async def listed() -> Response:
    return await _page({})


@blueprint.post("/moderation/rules")
@sessions.moderators
async def write() -> Response:
    form = await forms.read()
    try:
        await database.writing(_write, form)
    except BadRequest as error:
        return await _page(form, error)
    return page.go("/moderation/rules", "saved")


@blueprint.post("/moderation/rules/<id_>/remove")
@sessions.moderators
async def remove(id_: str) -> Response:
    await forms.read()
    await database.writing(rules.withdraw, forms.number(id_))
    return page.go("/moderation/rules", "saved")


async def _page(form: dict[str, str], error: BadRequest | None = None) -> Response:
    return await page.show(
        "moderation/rules.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        rules=await database.reading(rules.listed),
        form=form,
        here="/moderation/reports",
    )


def _write(session: Session, form: dict[str, str]) -> Rule:
    return rules.write(session, form.get("text", ""), form.get("hint", ""))
