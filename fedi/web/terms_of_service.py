"""The terms of service in plain words: what the page and the client API show of them."""

from typing import Any

from quart import render_template
from sqlalchemy.orm import Session

from fedi import config
from fedi.policy.consent import Consent
from fedi.policy.terms import in_words
from fedi.services import consents, rules, statistics
from fedi.web import database
from fedi.web.pages import cards
from fedi.web.pages.licence import axes

TEMPLATE = "pages/terms_text.html"
EFFECTIVE = "2026-11-29"  # since when their words are these


async def values() -> dict[str, Any]:
    """What the template says of this instance."""
    said = consents.of_instance()
    floor = config.settings().consent_floor
    return {
        "terms": said,
        "axes": axes(said.consent),
        "floor": in_words(Consent.parse(floor)) if floor else "",
        **await database.reading(_load),
    }


async def text() -> str:
    """The whole as HTML."""
    return await render_template(TEMPLATE, **await values())


def _load(session: Session) -> dict[str, Any]:
    contact = statistics.contact(session)
    return {"rules": rules.listed(session), "contact": cards.face(contact.actor) if contact else None}
