"""Telling the moderators about a person or a post."""

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.services import blocks, posts, reports, rules
from fedi.web import database, limits, sessions
from fedi.web.pages import cards, forms, page, people
from fedi.web.pages.cards import Face

blueprint = Blueprint("report", __name__)
REPORTS = limits.Limit("reports", 20, 3600)


@blueprint.get("/report")
@sessions.required
async def ask() -> Response:
    face, post_id = await database.reading(
        _about, sessions.account_id(), request.args.get("account", ""), request.args.get("post", "")
    )
    return await _page(face, post_id, {})


@blueprint.post("/report")
@sessions.required
async def send() -> Response:
    form = await forms.read()
    account_id = sessions.account_id()
    limits.take(REPORTS, str(account_id))
    face, post_id = await database.reading(_about, account_id, form.get("account", ""), form.get("post", ""))
    try:
        await database.writing(_make, account_id, face.id, post_id, form)
    except BadRequest as error:
        return await _page(face, post_id, form, error)
    return page.go(f"{face.page}/about", "reported")


async def _page(face: Face, post_id: int, form: dict[str, str], error: BadRequest | None = None) -> Response:
    return await page.show(
        "pages/report.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        face=face,
        post_id=post_id,
        rules=await database.reading(rules.listed),
        category=form.get("category", "other"),
        comment=form.get("comment", ""),
    )


def _about(session: Session, account_id: int, actor_text: str, post_text: str) -> tuple[Face, int]:
    """(whom, post id or 0). Raises NotFound."""
    me = people.me(session, account_id).actor
    if post_text:
        post = posts.get_visible(session, forms.number(post_text), me)
        return cards.face(post.actor), post.id
    if not actor_text:
        raise NotFound("there is nobody to report")
    return cards.face(people.by_id(session, forms.number(actor_text))), 0


def _make(session: Session, account_id: int, actor_id: int, post_id: int, form: dict[str, str]) -> None:
    me = people.me(session, account_id).actor
    target = people.by_id(session, actor_id)
    reports.make(
        session,
        reporter=me,
        target=target,
        post_ids=[post_id] if post_id else [],
        rule_ids=[rule.id for rule in rules.listed(session) if f"rule{rule.id}" in form],
        comment=form.get("comment", ""),
        category=form.get("category", "other"),
        forward="forward" in form,
    )
    if "block" in form:
        blocks.block(session, me, target)
