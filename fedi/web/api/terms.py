"""/api/fedi/v1: the terms of a post or picture of one's own, changed after it was made, and its protection report."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.services import term_changes
from fedi.web import database, limits
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import media_attachment, status

blueprint = api_blueprint(__name__)
WORDS = ("consent", "licence", "ai")


@blueprint.put("/api/fedi/v1/statuses/<id_>/terms")
async def of_status(id_: str) -> Response:
    given = await params.read()
    said = {name: given.text(name) for name in WORDS if given.has(name)}
    if not said:
        raise BadRequest(f"say at least one of {', '.join(WORDS)}")
    access.count(limits.UPLOAD, str(access.person()))  # as its pictures are made anew
    return answer(await database.writing(_of_status, access.person(), params.id_of(id_), said))


@blueprint.put("/api/fedi/v1/media/<id_>/terms")
async def of_media(id_: str) -> Response:
    given = await params.read()
    if not given.has("consent"):
        raise BadRequest("say the consent")
    access.count(limits.UPLOAD, str(access.person()))
    return answer(await database.writing(_of_media, access.person(), params.id_of(id_), given.text("consent")))


@blueprint.get("/api/fedi/v1/media/<id_>/report")
async def report(id_: str) -> Response:
    return answer(await database.reading(_report, access.person(), params.id_of(id_)))


def _of_status(session: Session, account_id: int, id_: int, said: dict[str, str]) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = lookup.own_post(session, me, id_)
    term_changes.change(session, post, said)
    return status.one(session, me, post)


def _of_media(session: Session, account_id: int, id_: int, consent: str) -> dict[str, Any]:
    row = lookup.own_media(session, lookup.me(session, account_id), id_)
    term_changes.change_picture(session, row, consent)
    return media_attachment.own(session, row)


def _report(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    row = lookup.own_media(session, lookup.me(session, account_id), id_)
    if row.report is None:
        raise NotFound("this picture is not protected yet")
    return row.report
