"""Which servers have a post, or were asked to delete it: for its author."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.models.outgoing import DeliveryState
from fedi.models.post import Post, PostState
from fedi.services import deletions, queue
from fedi.services.queue import Sent
from fedi.web import database, limits, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("servers", __name__)
GONE_MOST = 50
WORDS = {
    DeliveryState.DELIVERED: "has it",
    DeliveryState.QUEUED: "is about to get it",
    DeliveryState.DELIVERING: "is about to get it",
    DeliveryState.WAITING: "did not answer; asked again",
    DeliveryState.REFUSED: "refused it",
    DeliveryState.ABANDONED: "was given up",
}
GONE_WORDS = WORDS | {
    DeliveryState.DELIVERED: "was told to delete it",
    DeliveryState.QUEUED: "is about to be told",
    DeliveryState.DELIVERING: "is about to be told",
    DeliveryState.REFUSED: "did not take the deletion",
}


@dataclass(frozen=True)
class Server:
    """The last word about one server: `state` is what became of it, `again` when it is asked next."""

    host: str
    words: str
    state: str
    at: datetime | None = None
    again: datetime | None = None
    reason: str = ""


@blueprint.get("/posts/<post_id>/servers")
@sessions.required
async def show(post_id: str) -> Response:
    values = await database.reading(_load, sessions.account_id(), forms.number(post_id))
    return await page.show("pages/servers.html", **values)


@blueprint.post("/posts/<post_id>/servers/delete-again")
@sessions.required
async def delete_again(post_id: str) -> Response:
    await forms.read()
    limits.take(limits.DELETE_POST, str(sessions.account_id()))
    await database.writing(_again, sessions.account_id(), forms.number(post_id))
    return page.go(f"/posts/{forms.number(post_id)}/servers", "deleted")


@blueprint.get("/posts/deleted")
@sessions.required
async def deleted() -> Response:
    """What one deleted lately, for who wants to know whether the others did."""
    rows = await database.reading(_deleted, sessions.account_id())
    return await page.show("pages/deleted.html", posts=rows)


def _load(session: Session, account_id: int, post_id: int) -> dict[str, Any]:
    post = deletions.get_own(session, post_id, people.me(session, account_id).actor)
    gone = post.state == PostState.WITHDRAWN
    last: dict[str, Sent] = {}
    for each in queue.deliveries_of(session, post):
        if (each.verb == "delete") == gone:
            last[each.host] = each
    servers = [_server(each, GONE_WORDS if gone else WORDS) for each in last.values()]
    servers.sort(key=lambda server: (server.state == DeliveryState.DELIVERED, server.host))
    return {
        "id": post.id,
        "gone": gone,
        "back": "/posts/deleted" if gone else cards.page_of(post),
        "servers": servers,
        "done": sum(server.state == DeliveryState.DELIVERED for server in servers),
    }


def _server(sent: Sent, words: dict[DeliveryState, str]) -> Server:
    return Server(
        host=sent.host,
        words=words[sent.state],
        state=str(sent.state),
        at=sent.delivered_at,
        again=sent.due_at if sent.state == DeliveryState.WAITING else None,
        reason=sent.last_error or "" if sent.state != DeliveryState.DELIVERED else "",
    )


def _again(session: Session, account_id: int, post_id: int) -> None:
    deletions.again(session, deletions.get_own(session, post_id, people.me(session, account_id).actor))


def _deleted(session: Session, account_id: int) -> list[tuple[int, datetime]]:
    actor = people.me(session, account_id).actor
    rows: list[Post] = deletions.listed(session, actor, limit=GONE_MOST)
    return [(post.id, post.published_at or post.created_at) for post in rows]
