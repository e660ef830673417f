"""/api/v1/endorsements: people whom somebody recommends on their profile."""

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.services import endorsements
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import paged
from fedi.web.api.entities import account
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/endorsements")
async def own() -> Response:
    page = (await params.read()).page(40)
    return paged(*await database.reading(_own, access.person(), page), prev="since_id")


@blueprint.get("/api/v1/accounts/<id_>/endorsements")
async def of_account(id_: str) -> Response:
    page = (await params.read()).page(40)
    return paged(*await database.reading(_of_account, params.id_of(id_), page), prev="since_id")


def _own(session: Session, account_id: int, page: Page) -> Rows:
    return _of(session, lookup.me(session, account_id).actor, page)


def _of_account(session: Session, actor_id: int, page: Page) -> Rows:
    return _of(session, lookup.actor(session, actor_id), page)


def _of(session: Session, actor: Actor, page: Page) -> Rows:
    found = endorsements.listed(session, actor, page)
    return account.many(session, [row.target for row in found]), [row.id for row in found]
