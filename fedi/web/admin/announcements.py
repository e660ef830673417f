"""What the instance announces to its people, for moderators: saying it and taking it back."""

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest
from fedi.models.announcement import Announcement
from fedi.services import announcements
from fedi.web import database, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("moderation_announcements", __name__)


@blueprint.get("/moderation/announcements")
@sessions.moderators
async def listed() -> Response:
    return await _page()


@blueprint.post("/moderation/announcements")
@sessions.moderators
async def say() -> Response:
    form = await forms.read()
    try:
        await database.writing(_say, form)
    except BadRequest as error:
        return await _page(form.get("text", ""), error)
    return page.go("/moderation/announcements", "saved")


@blueprint.post("/moderation/announcements/<id_>/remove")
@sessions.moderators
async def remove(id_: str) -> Response:
    await forms.read()
    await database.writing(announcements.take_back, forms.number(id_))
    return page.go("/moderation/announcements", "saved")


async def _page(text: str = "", error: BadRequest | None = None) -> Response:
    return await page.show(
        "moderation/announcements.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        announcements=await database.reading(announcements.everything),
        now=clock.now(),
        text=text,
        here="/moderation/reports",
    )


def _say(session: Session, form: dict[str, str]) -> Announcement:
    try:
        ends_at = clock.parse_iso(form["ends_at"]) if form.get("ends_at") else None
    except ValueError:
        raise BadRequest("that is no date") from None
    return announcements.say(session, form.get("text", ""), ends_at=ends_at)
