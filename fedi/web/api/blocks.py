"""/api/v1/blocks, /api/v1/mutes and /api/v1/domain_blocks: whom one does not want to see."""

from quart import Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest
from fedi.services import hidden_servers, relations
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/blocks")
async def blocked() -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_blocked, access.person(), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.get("/api/v1/mutes")
async def muted() -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_muted, access.person(), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.get("/api/v1/domain_blocks")
async def servers() -> Response:
    page = (await params.read()).page(100)
    domains, ids = await database.reading(_servers, access.person(), page)
    return paged(domains, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.get("/api/v1/domain_blocks/preview")
async def what_hiding_ends() -> Response:
    """How many follows hiding a server would end."""
    domain = _domain(await params.read())
    following, followers = await database.reading(_preview, access.person(), domain)
    return answer({"following_count": following, "followers_count": followers})


@blueprint.post("/api/v1/domain_blocks")
async def hide_server() -> Response:
    await database.writing(_hide, access.person(), _domain(await params.read()))
    return answer({})


@blueprint.delete("/api/v1/domain_blocks")
async def show_server() -> Response:
    domain = (await params.read()).text("domain")
    await database.writing(_show, access.person(), domain)
    return answer({})


def _domain(given: Params) -> str:
    domain = given.text("domain")
    if not domain.strip():
        raise BadRequest("Validation failed: Domain can't be blank")
    return domain


def _preview(session: Session, account_id: int, domain: str) -> tuple[int, int]:
    return hidden_servers.preview(session, lookup.me(session, account_id).actor, domain)


def _servers(session: Session, account_id: int, page: Page) -> tuple[list[str], list[int]]:
    found = hidden_servers.listed(session, lookup.me(session, account_id).actor, page)
    return [row.domain for row in found], [row.id for row in found]


def _hide(session: Session, account_id: int, domain: str) -> None:
    hidden_servers.hide(session, lookup.me(session, account_id).actor, domain)


def _show(session: Session, account_id: int, domain: str) -> None:
    hidden_servers.show(session, lookup.me(session, account_id).actor, domain)


def _blocked(session: Session, account_id: int, page: Page) -> Rows:
    found = relations.blocked_by(session, lookup.me(session, account_id).actor, page)
    return account.many(session, [row.target for row in found]), [row.id for row in found]


def _muted(session: Session, account_id: int, page: Page) -> Rows:
    """MutedAccount: an account, with when it is heard again."""
    found = relations.muted_by(session, lookup.me(session, account_id).actor, page)
    bodies = account.many(session, [row.target for row in found])
    for body, row in zip(bodies, found, strict=True):
        body["mute_expires_at"] = clock.iso_millis(row.expires_at) if row.expires_at else None
    return bodies, [row.id for row in found]
