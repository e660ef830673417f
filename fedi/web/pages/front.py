"""The front page: what this place is, and its newest works."""

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.services import portfolios
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import cards, page
from fedi.web.pages.cards import Card

blueprint = Blueprint("front", __name__)
WORKS = 24


@blueprint.get("/")
async def front() -> Response:
    account = sessions.account()
    shown = await database.reading(_recent, account.actor if account else None)
    return await page.show("front.html", cards=shown)


def _recent(session: Session, viewer: Actor | None) -> list[Card]:
    works = portfolios.recent(session, viewer, Page(limit=WORKS), local=True)
    return [card for card in cards.of_posts(session, viewer, works) if card.pictures]
