"""The terms of an artist in words, at the address that every file and object of theirs names."""

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.policy.consent import Answer, Consent
from fedi.policy.terms import Terms
from fedi.services import consents
from fedi.web import database
from fedi.web.pages import cards, page, people
from fedi.web.pages.cards import Face

blueprint = Blueprint("licence", __name__)

USES = {
    "train_generative": "Training generative AI",
    "train_other": "Training other models",
    "inference": "Use as input of AI (prompts, retrieval)",
    "data_mining": "Text and data mining",
    "search": "Search engines",
}
ANSWERS = {
    Answer.DENY: "No",
    Answer.ASK: "Ask first",
    Answer.LICENCE: "Only under a licence",
    Answer.ALLOW: "Yes",
}


@blueprint.get("/@<handle>/licence")
async def show(handle: str) -> Response:
    face, terms = await database.reading(_load, handle)
    return await page.show("pages/licence.html", face=face, terms=terms, axes=axes(terms.consent))


def axes(consent: Consent) -> list[tuple[str, str]]:
    """(use, answer) in words."""
    return [(USES[axis], ANSWERS[answer]) for axis, answer in consent.axes.items()]


def _load(session: Session, handle: str) -> tuple[Face, Terms]:
    actor = people.find(session, handle)
    if not actor.local:
        raise NotFound("their own server tells their terms")
    return cards.face(actor), consents.of_actor(actor)
