"""Reports for moderators: reading them, removing what was reported, settling them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.post import Post, PostState
from fedi.models.report import Report
from fedi.services import deletions, reports, rules
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people
from fedi.web.pages.cards import Card, Face

blueprint = Blueprint("moderation_reports", __name__)
MOST = 30


@dataclass(frozen=True)
class Shown:
    """A report as moderators read it; of a remote reporter only the server is told."""

    id: int
    target: Face
    target_id: int
    reporter: Face
    host: str
    target_host: str
    category: str
    rules: list[str]
    comment: str
    when: datetime
    cards: list[Card]


@blueprint.get("/moderation/reports")
@sessions.moderators
async def listed() -> Response:
    done = request.args.get("done") == "1"
    values = await database.reading(_load, sessions.account_id(), forms.page(MOST), done=done)
    return await page.show("moderation/reports.html", done=done, **{**values, "here": "/moderation/reports"})


@blueprint.post("/moderation/reports/<report_id>/<any(resolve, reopen):verb>")
@sessions.moderators
async def settle(report_id: str, verb: str) -> Response:
    await forms.read()
    await database.writing(_settle, sessions.account_id(), forms.number(report_id), verb)
    return page.go("/moderation/reports" if verb == "resolve" else "/moderation/reports?done=1")


@blueprint.get("/moderation/posts/<post_id>/remove")
@sessions.moderators
async def ask(post_id: str) -> Response:
    heading = await database.reading(_heading, forms.number(post_id))
    return await page.show(
        "pages/sure.html",
        heading=f"Remove “{heading}”?",
        lead="It is taken off this server, and every server that got it is asked to delete it. This cannot be undone.",
        action=f"/moderation/posts/{forms.number(post_id)}/remove",
        verb="Remove it",
        back="/moderation/reports",
    )


@blueprint.post("/moderation/posts/<post_id>/remove")
@sessions.moderators
async def remove(post_id: str) -> Response:
    await forms.read()
    await database.writing(_remove, forms.number(post_id))
    return page.go("/moderation/reports", "deleted")


def _load(session: Session, account_id: int, where: Page, *, done: bool) -> dict[str, Any]:
    viewer = people.me(session, account_id).actor
    rows = reports.listed(session, where, done=done)
    path = "/moderation/reports?done=1&" if done else "/moderation/reports?"
    return {
        "reports": [_shown(session, viewer, row) for row in rows],
        "next": f"{path}before={rows[-1].id}" if len(rows) == where.limit else "",
    }


def _shown(session: Session, viewer: Any, row: Report) -> Shown:
    about = session.scalars(select(Post).where(Post.id.in_(row.post_ids), Post.state == PostState.PUBLISHED)).unique()
    return Shown(
        id=row.id,
        target=cards.face(row.target),
        target_id=row.target_id,
        reporter=cards.face(row.reporter),
        host=row.reporter.host,
        target_host=row.target.host,
        category=row.category,
        rules=[rule.text for rule in rules.among(session, row.rule_ids)],
        comment=row.comment,
        when=row.created_at,
        cards=cards.of_posts(session, viewer, list(about)),
    )


def _settle(session: Session, account_id: int, report_id: int, verb: str) -> None:
    report = reports.get(session, report_id)
    if verb == "resolve":
        reports.resolve(session, report, people.me(session, account_id))
    else:
        reports.reopen(session, report)


def _local(session: Session, post_id: int) -> Post:
    post = session.get(Post, post_id)
    if post is None or not post.local or post.state == PostState.WITHDRAWN:
        raise NotFound("there is no such post of this server")
    return post


def _heading(session: Session, post_id: int) -> str:
    post = _local(session, post_id)
    return post.title or f"a post by {post.actor.name}"


def _remove(session: Session, post_id: int) -> None:
    deletions.withdraw(session, _local(session, post_id))
