"""What this place is, and the terms it states for machines."""

from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import __version__
from fedi.services import rules, statistics
from fedi.web import database, terms_of_service
from fedi.web.pages import cards, page

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
async def about() -> Response:
    return await page.show("pages/about.html", version=__version__, **await database.reading(_load))


@blueprint.get("/terms")
async def terms() -> Response:
    """The terms of service in plain words; docs/terms-of-service.md is the same as a template for more."""
    return await page.show("pages/terms.html", **await terms_of_service.values())


def _load(session: Session) -> dict[str, Any]:
    contact = statistics.contact(session)
    return {
        "rules": rules.listed(session),
        "users": statistics.users(session),
        "posts": statistics.local_posts(session),
        "contact": cards.face(contact.actor) if contact else None,
    }
