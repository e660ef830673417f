"""Notifications: what happened to one's work, and who asks to follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import text
from fedi.models.notification import Notification, NotificationKind
from fedi.models.post import PostState
from fedi.models.quote import QuoteState
from fedi.services import features, follows, notifications, posts, quotes, sign_ups
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people
from fedi.web.pages.cards import Card, Face

blueprint = Blueprint("notifications", __name__)
MOST = 40
WORDS = {
    NotificationKind.MENTION: "mentioned or answered you in",
    NotificationKind.FAVOURITE: "likes",
    NotificationKind.REBLOG: "boosted",
    NotificationKind.FOLLOW: "follows you.",
    NotificationKind.FOLLOW_REQUEST: "asks to follow you.",
    NotificationKind.UPDATE: "changed a post you boosted:",
    NotificationKind.STATUS: "published",
    NotificationKind.POLL: "asked, and the poll is over:",
    NotificationKind.QUOTE: "quoted you in",
    NotificationKind.QUOTED_UPDATE: "changed a post that you quote in",
    NotificationKind.ADDED_TO_COLLECTION: "recommends you in a collection.",
    NotificationKind.COLLECTION_UPDATE: "changed what a collection says that you are in.",
    NotificationKind.MODERATION_WARNING: "The moderators of this server wrote to you about your account.",
    NotificationKind.ADMIN_REPORT: "sent a report.",
    NotificationKind.ADMIN_SIGN_UP: "signed up.",
    NotificationKind.MEDIA_FAILED: "One of your works could not be protected.",
    NotificationKind.REPLY_REFUSED: "did not want your answer. It is no longer shown as one:",
}


@dataclass(frozen=True)
class Notice:
    """One line: who, what, and the post it is about."""

    face: Face
    words: str
    when: datetime
    new: bool
    card: Card | None = None
    href: str = ""
    quote: str = ""


@blueprint.get("/notifications")
@sessions.required
async def listed() -> Response:
    """The list; what is on it counts as read."""
    account_id, where = sessions.account_id(), forms.page(MOST)
    values = await database.reading(_load, account_id, where)
    if values["newest"]:
        await database.writing(_read, account_id, values["newest"])
    return await page.show("pages/notifications.html", **values)


@blueprint.post("/notifications/clear")
@sessions.required
async def clear() -> Response:
    await forms.read()
    await database.writing(_clear, sessions.account_id())
    return page.go("/notifications")


def _load(session: Session, account_id: int, where: Page) -> dict[str, Any]:
    account = people.me(session, account_id)
    rows = notifications.listed(session, account, where)
    about = [row.post for row in rows if row.post and row.post.state == PostState.PUBLISHED]
    seen = [post for post in about if posts.visible(session, post, account.actor)]
    made = {card.id: card for card in cards.of_posts(session, account.actor, seen)}
    asking = follows.requests(session, account.actor, Page(limit=MOST)) if where.max_id is None else []
    return {
        "notices": [_notice(row, made.get(row.post_id or 0)) for row in rows],
        "requests": [cards.face(row.follower) for row in asking],
        "quotes": len(quotes.listed(session, account, QuoteState.PENDING, Page(limit=MOST))),
        "sign_ups": sign_ups.count_waiting(session) if account.moderates else 0,
        "collections": len(features.listed(session, account, QuoteState.PENDING, Page(limit=MOST))),
        "newest": max((row.id for row in rows if row.read_at is None), default=0),
        "next": f"/notifications?before={rows[-1].id}" if len(rows) == where.limit else "",
    }


def _notice(row: Notification, card: Card | None) -> Notice:
    said = row.kind == NotificationKind.MENTION and card is not None
    return Notice(
        face=cards.face(row.actor),
        words=WORDS[row.kind],
        when=row.created_at,
        new=row.read_at is None,
        card=card,
        href=_href(row),
        quote=text.excerpt(str(card.content), 200) if card and said else "",
    )


def _href(row: Notification) -> str:
    if row.kind == NotificationKind.ADMIN_REPORT:
        return "/moderation/reports"
    if row.feature_id is not None:
        return "/settings/quotes#collect"
    if row.kind == NotificationKind.MEDIA_FAILED and row.post_id:
        return f"/posts/{row.post_id}/state"
    return ""


def _read(session: Session, account_id: int, newest: int) -> None:
    notifications.mark_read(session, people.me(session, account_id), up_to=newest)


def _clear(session: Session, account_id: int) -> None:
    notifications.clear(session, people.me(session, account_id))
