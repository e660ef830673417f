"""/api/v1/markers: where the reader stopped in home and notifications."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer

blueprint = api_blueprint(__name__)
TIMELINES = ("home", "notifications")


@blueprint.get("/api/v1/markers")
async def show() -> Response:
    wanted = (await params.read()).texts("timeline")
    kept = access.account().settings.get("markers", {})
    return answer({name: marker for name, marker in kept.items() if name in wanted})


@blueprint.post("/api/v1/markers")
async def move() -> Response:
    given = await params.read()
    moved = {name: given.group(name).text("last_read_id") for name in TIMELINES if given.has(name)}
    for text in moved.values():
        if not params.is_id(text):
            raise BadRequest("last_read_id must be an id")
    return answer(await database.writing(_move, access.person(), moved))


def _move(session: Session, account_id: int, moved: dict[str, str]) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    kept: dict[str, Any] = dict(account.settings.get("markers", {}))
    for name, last_read_id in moved.items():
        version = kept.get(name, {}).get("version", -1) + 1
        kept[name] = {"last_read_id": last_read_id, "version": version, "updated_at": clock.iso_millis(clock.now())}
    account.settings = {**account.settings, "markers": kept}
    session.flush()
    return {name: kept[name] for name in moved}
