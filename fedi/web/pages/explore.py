"""Explore: the newest public works, from here or from everywhere we know, and those with a hashtag."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.services import portfolios, tag_follows
from fedi.services.paging import Page
from fedi.text import find_hashtags
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("explore", __name__)
WORKS = 48


@dataclass(frozen=True)
class Wish:
    """Which works: of ours alone, or with a hashtag (lower case, without `#`)."""

    local: bool = False
    tag: str = ""


@blueprint.get("/explore")
async def explore() -> Response:
    everywhere = request.args.get("from") == "everywhere"
    path = "/explore?from=everywhere&" if everywhere else "/explore?"
    return await _show(
        Wish(local=not everywhere),
        path,
        heading="Explore",
        lead="The newest works, in the order they were shown. Nothing is ranked.",
        tabs=[("/explore", "From here", not everywhere), ("/explore?from=everywhere", "From everywhere", everywhere)],
        nothing="Nothing has been shown yet.",
        here="/explore",
    )


@blueprint.get("/tags/<name>")
async def tag(name: str) -> Response:
    label = name.replace("\0", "").lstrip("#")[:100]
    return await _show(
        Wish(tag=label.lower()),
        f"/tags/{quote(label)}?",
        heading=f"#{label}",
        lead="Works with this hashtag, the newest first.",
        tabs=[],
        nothing="No work with this hashtag is known here.",
    )


@blueprint.post("/tags/<name>/<any(follow,unfollow):verb>")
@sessions.required
async def follow(name: str, verb: str) -> Response:
    """Works with a followed hashtag come home."""
    await forms.read()
    if find_hashtags(f"#{name}") != [name]:
        raise NotFound("there is no such hashtag")
    await database.writing(_follow, sessions.account_id(), name, verb == "follow")
    return page.go(f"/tags/{quote(name)}")


async def _show(wish: Wish, path: str, **words: Any) -> Response:
    account = sessions.account()
    values = await database.reading(_load, wish, account.id if account else None, forms.page(WORKS), path)
    return await page.show("pages/explore.html", **{**values, **words})


def _load(session: Session, wish: Wish, account_id: int | None, where: Page, path: str) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    works = portfolios.recent(session, viewer, where, local=wish.local, tag=wish.tag)
    return {
        "cards": [card for card in cards.of_posts(session, viewer, works) if card.pictures],
        "tag": wish.tag if find_hashtags(f"#{wish.tag}") == [wish.tag] else "",
        "followed": bool(wish.tag and viewer is not None and tag_follows.among(session, viewer, [wish.tag])),
        "next": f"{path}before={works[-1].id}" if len(works) == where.limit else "",
    }


def _follow(session: Session, account_id: int, name: str, on: bool) -> None:
    actor = people.me(session, account_id).actor
    (tag_follows.follow if on else tag_follows.unfollow)(session, actor, name)
