"""Which registries of no to AI are on here, and how much was declared at each, for moderators."""

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.services import registries
from fedi.web import database, sessions
from fedi.web.pages import page

blueprint = Blueprint("moderation_registries", __name__)


@blueprint.get("/moderation/registries")
@sessions.moderators
async def listed() -> Response:
    rows = await database.reading(_load)
    return await page.show("moderation/registries.html", rows=rows, here="/moderation/reports")


def _load(session: Session) -> list[dict[str, object]]:
    on = registries.on()
    return [
        {"registry": registry, "on": registry.name in on, "artists": artists, "steps": steps, "last": last}
        for registry, artists, steps, last in registries.overview(session)
    ]
