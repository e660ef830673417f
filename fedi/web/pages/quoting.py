"""Who may quote one's work or put one into a collection: the defaults, the requests that wait, and what stands."""

from collections.abc import Callable
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, FediError
from fedi.models.feature import Feature
from fedi.models.quote import Quote, QuoteState
from fedi.services import features, quotes, stamps
from fedi.services.paging import Page
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("quoting", __name__)
MOST = 100
ANSWERS: dict[str, Callable[[Session, Quote | Feature], None]] = {
    "allow": stamps.allow,
    "refuse": stamps.refuse,
    "revoke": stamps.revoke,
}


@blueprint.get("/settings/quotes")
@sessions.required
async def show() -> Response:
    return await _page()


@blueprint.post("/settings/quotes")
@sessions.required
async def choose() -> Response:
    form = await forms.read()
    try:
        await database.writing(_choose, sessions.account_id(), form.get("policy", ""))
    except BadRequest as error:
        return await _page(error)
    return page.go("/settings/quotes", "saved")


@blueprint.post("/settings/quotes/collections")
@sessions.required
async def choose_collections() -> Response:
    form = await forms.read()
    try:
        await database.writing(_choose_collections, sessions.account_id(), form.get("policy", ""))
    except BadRequest as error:
        return await _page(error)
    return page.go("/settings/quotes", "saved")


@blueprint.post("/settings/quotes/collections/<feature_id>/<any(allow,refuse,revoke):answer>")
@sessions.required
async def say_collection(feature_id: str, answer: str) -> Response:
    await forms.read()
    await database.writing(_say_collection, sessions.account_id(), forms.number(feature_id), answer)
    return page.go("/settings/quotes", "saved")


@blueprint.post("/settings/quotes/<quote_id>/<any(allow,refuse,revoke):answer>")
@sessions.required
async def say(quote_id: str, answer: str) -> Response:
    await forms.read()
    await database.writing(_say, sessions.account_id(), forms.number(quote_id), answer)
    return page.go("/settings/quotes", "saved")


async def _page(error: FediError | None = None) -> Response:
    values = await database.reading(_load, sessions.account_id())
    status, problem = (error.status, str(error)) if error else (200, "")
    return await page.show("pages/quoting.html", status=status, problem=problem, **values)


def _load(session: Session, account_id: int) -> dict[str, Any]:
    account = people.me(session, account_id)

    def shown(state: QuoteState) -> list[dict[str, Any]]:
        rows = quotes.listed(session, account, state, Page(limit=MOST))
        made = {
            card.id: card for card in cards.of_posts(session, account.actor, [row.post for row in rows if row.post])
        }
        return [
            {"id": row.id, "face": cards.face(row.actor), "card": made[row.post_id], "away": row.instrument_uri}
            for row in rows
            if row.post_id in made
        ]

    def asked(state: QuoteState) -> list[dict[str, Any]]:
        rows = features.listed(session, account, state, Page(limit=MOST))
        return [
            {
                "id": row.id,
                "face": cards.face(row.curator),
                "away": row.url or row.instrument_uri,
                "title": row.title or "a collection",
                "summary": row.summary or "",
            }
            for row in rows
        ]

    return {
        "feature_policy": features.policy(account.actor).value,
        "feature_waiting": asked(QuoteState.PENDING),
        "feature_standing": asked(QuoteState.ACCEPTED),
        "policy": quotes.default_policy(account.actor).value,
        "waiting": shown(QuoteState.PENDING),
        "standing": shown(QuoteState.ACCEPTED),
    }


def _choose(session: Session, account_id: int, value: str) -> None:
    quotes.set_default(session, people.me(session, account_id).actor, value)


def _say(session: Session, account_id: int, quote_id: int, answer: str) -> None:
    ANSWERS[answer](session, quotes.own(session, people.me(session, account_id), quote_id))


def _choose_collections(session: Session, account_id: int, value: str) -> None:
    features.set_policy(session, people.me(session, account_id).actor, value)


def _say_collection(session: Session, account_id: int, feature_id: int, answer: str) -> None:
    ANSWERS[answer](session, features.own(session, people.me(session, account_id), feature_id))
