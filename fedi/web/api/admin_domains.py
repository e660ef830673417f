"""/api/v1/admin/domain_blocks and /api/v1/admin/domain_allows: rules about other servers, for moderators.

A rule that blocks is `suspend`, one that limits `silence`; a server that is let in, but whose pictures or reports are
not wanted, is `noop`. Every other server that is let in by a rule of its own is an allow.
"""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.models.instance import DomainRule, DomainSeverity
from fedi.services import domains
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows

blueprint = api_blueprint(__name__)
WORDS = {
    "suspend": DomainSeverity.BLOCK,
    "silence": DomainSeverity.LIMIT,
    "noop": DomainSeverity.ALLOW,
}
_OURS = {severity: word for word, severity in WORDS.items()}
FLAGS = ("reject_media", "reject_reports", "obfuscate")
COMMENTS = ("public_comment", "private_comment")
MAX_COMMENT = 500


@blueprint.get("/api/v1/admin/domain_blocks")
async def blocks() -> Response:
    return paged(*await database.reading(_listed, (await params.read()).page(100), allows=False))


@blueprint.get("/api/v1/admin/domain_blocks/<id_>")
async def show_block(id_: str) -> Response:
    return answer(await database.reading(_show, params.id_of(id_), allow=False))


@blueprint.post("/api/v1/admin/domain_blocks")
async def block() -> Response:
    return answer(await database.writing(_block, await params.read()))


@blueprint.put("/api/v1/admin/domain_blocks/<id_>")
async def change(id_: str) -> Response:
    return answer(await database.writing(_change, params.id_of(id_), await params.read()))


@blueprint.delete("/api/v1/admin/domain_blocks/<id_>")
async def unblock(id_: str) -> Response:
    return answer(await database.writing(_remove, params.id_of(id_), allow=False))


@blueprint.get("/api/v1/admin/domain_allows")
async def allows() -> Response:
    return paged(*await database.reading(_listed, (await params.read()).page(100), allows=True))


@blueprint.get("/api/v1/admin/domain_allows/<id_>")
async def show_allow(id_: str) -> Response:
    return answer(await database.reading(_show, params.id_of(id_), allow=True))


@blueprint.post("/api/v1/admin/domain_allows")
async def allow() -> Response:
    return answer(await database.writing(_allow, (await params.read()).text("domain")))


@blueprint.delete("/api/v1/admin/domain_allows/<id_>")
async def disallow(id_: str) -> Response:
    return answer(await database.writing(_remove, params.id_of(id_), allow=True))


def _is_allow(row: DomainRule) -> bool:
    return row.severity == DomainSeverity.ALLOW and not (row.reject_media or row.reject_reports)


def _listed(session: Session, page: Page, *, allows: bool) -> Rows:
    found = domains.listed(session, page, allows=allows)
    return [_render(row, allow=allows) for row in found], [row.id for row in found]


def _find(session: Session, id_: int, *, allow: bool) -> DomainRule:
    row = domains.by_number(session, id_)
    if _is_allow(row) != allow:
        raise NotFound(lookup.MISSING)
    return row


def _show(session: Session, id_: int, *, allow: bool) -> dict[str, Any]:
    return _render(_find(session, id_, allow=allow), allow=allow)


def _block(session: Session, given: Params) -> dict[str, Any]:
    domain = _domain(given.text("domain"))
    if domains.find(session, domain) is not None:
        raise BadRequest("Validation failed: Domain has already been taken")
    return _render(_set(session, domain, given, DomainSeverity.LIMIT, {}), allow=False)


def _change(session: Session, id_: int, given: Params) -> dict[str, Any]:
    row = _find(session, id_, allow=False)
    kept = {name: getattr(row, name) for name in (*FLAGS, *COMMENTS)}
    return _render(_set(session, row.domain, given, row.severity, kept), allow=False)


def _set(session: Session, domain: str, given: Params, severity: DomainSeverity, kept: dict[str, Any]) -> DomainRule:
    word = given.text("severity")
    if word and word not in WORDS:
        raise BadRequest(f"'{word[:64]}' is not a valid severity")
    said: dict[str, Any] = {name: given.flag(name) for name in FLAGS if given.text(name)}
    said |= {name: given.text(name)[:MAX_COMMENT] for name in COMMENTS if given.has(name)}
    return domains.set_rule(session, domain, WORDS[word] if word else severity, **{**kept, **said})


def _allow(session: Session, domain: str) -> dict[str, Any]:
    known = domains.find(session, _domain(domain))
    row = known if known and _is_allow(known) else domains.set_rule(session, domain, DomainSeverity.ALLOW)
    return _render(row, allow=True)


def _remove(session: Session, id_: int, *, allow: bool) -> dict[str, Any]:
    row = _find(session, id_, allow=allow)
    body = _render(row, allow=allow)
    domains.remove_rule(session, row.domain)
    return body if allow else {}


def _domain(text: str) -> str:
    if not text.strip():
        raise BadRequest("Validation failed: Domain can't be blank")
    return domains.normalise(text)


def _render(row: DomainRule, *, allow: bool) -> dict[str, Any]:
    """Admin::DomainAllow or Admin::DomainBlock, as it was asked for by the one or the other address."""
    body: dict[str, Any] = {
        "id": str(row.id),
        "domain": row.domain,
        "created_at": clock.iso_millis(row.created_at),
    }
    if allow:
        return body
    return body | {
        "digest": domains.digest(row.domain),
        "severity": _OURS[row.severity],
        "reject_media": row.reject_media,
        "reject_reports": row.reject_reports,
        "private_comment": row.private_comment or None,
        "public_comment": row.public_comment or None,
        "obfuscate": row.obfuscate,
    }
