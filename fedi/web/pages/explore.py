"""Explore: the newest public works, from here or from everywhere we know, and those with a hashtag."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.services import portfolios
from fedi.services.paging import Page
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


async def _show(wish: Wish, path: str, **words: Any) -> Response:
    account = sessions.account()
    values = await database.reading(_load, wish, account.id if account else None, forms.page(WORKS), path)
    return await page.show("pages/explore.html", **{**values, **words})


def _load(session: Session, wish: Wish, account_id: int | None, where: Page, path: str) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    works = portfolios.recent(session, viewer, where, local=wish.local, tag=wish.tag)
    return {
        "cards": [card for card in cards.of_posts(session, viewer, works) if card.pictures],
        "next": f"{path}before={works[-1].id}" if len(works) == where.limit else "",
    }
