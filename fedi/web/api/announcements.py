"""/api/v1/announcements: what the instance says to its people."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.services import announcements
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import announcement

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/announcements")
async def listed() -> Response:
    dismissed = (await params.read()).flag("with_dismissed")
    return answer(await database.reading(_listed, access.person(), dismissed=dismissed))


@blueprint.post("/api/v1/announcements/<id_>/dismiss")
async def dismiss(id_: str) -> Response:
    await database.writing(_dismiss, access.person(), params.id_of(id_))
    return answer({})


@blueprint.put("/api/v1/announcements/<id_>/reactions/<name>")
async def react(id_: str, name: str) -> Response:
    await database.writing(_react, access.person(), params.id_of(id_), name, chosen=True)
    return answer({})


@blueprint.delete("/api/v1/announcements/<id_>/reactions/<name>")
async def unreact(id_: str, name: str) -> Response:
    await database.writing(_react, access.person(), params.id_of(id_), name, chosen=False)
    return answer({})


def _listed(session: Session, account_id: int, *, dismissed: bool) -> list[dict[str, Any]]:
    me = lookup.me(session, account_id)
    return announcement.many(session, me, announcements.listed(session, me, dismissed=dismissed))


def _dismiss(session: Session, account_id: int, id_: int) -> None:
    announcements.dismiss(session, lookup.me(session, account_id), id_)


def _react(session: Session, account_id: int, id_: int, name: str, *, chosen: bool) -> None:
    me = lookup.me(session, account_id)
    (announcements.react if chosen else announcements.unreact)(session, me, id_, name)
