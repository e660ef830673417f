"""schema.org data of pages: what search engines read of works, galleries and artists, with the terms of each picture.

Only what is for everybody and not behind a warning; of other servers' works their own server tells.
"""

from collections.abc import Sequence
from typing import Any

from fedi import clock, urls
from fedi.models.gallery import Gallery
from fedi.policy.layers import schema_org
from fedi.policy.terms import Terms
from fedi.web.pages.cards import Card, Face, Picture

OPEN = {"public", "unlisted"}


def of_work(card: Card, terms: Terms, description: str) -> list[dict[str, Any]]:
    if card.visibility not in OPEN or not card.pictures:
        return []
    return [
        schema_org.work(
            terms,
            url=_whole(card.page),
            title=card.heading,
            description=description,
            published=clock.iso(card.when),
            images=[_image(picture, terms) for picture in card.pictures],
        )
    ]


def of_gallery(gallery: Gallery, cards: Sequence[Card], terms: Terms, page: str) -> list[dict[str, Any]]:
    said = schema_org.gallery(
        terms, url=_whole(page), title=gallery.title, description=gallery.summary, images=_covers(cards, terms)
    )
    return [said]


def of_artist(face: Face, cards: Sequence[Card], terms: Terms, description: str) -> list[dict[str, Any]]:
    said = schema_org.profile(
        terms,
        url=_whole(face.page),
        name=face.name,
        handle=face.handle,
        description=description,
        images=_covers(cards, terms),
    )
    return [said]


def _covers(cards: Sequence[Card], terms: Terms) -> list[dict[str, Any]]:
    """The first picture of each work that everybody may see."""
    shown = [card for card in cards if card.visibility in OPEN and card.pictures and not card.veiled]
    return [_image(card.pictures[0], terms) | {"name": card.heading, "url": _whole(card.page)} for card in shown]


def _image(picture: Picture, terms: Terms) -> dict[str, Any]:
    return schema_org.image(
        picture.terms or terms,
        url=_whole(picture.lasting or picture.full),
        description=picture.alt,
        width=0 if picture.lasting else picture.width,
        height=0 if picture.lasting else picture.height,
    )


def _whole(path: str) -> str:
    return f"{urls.origin()}{path}"
