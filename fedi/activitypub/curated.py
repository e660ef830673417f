"""Collections of others that hold, or want, an artist of ours: what they are called and about (FEP-7aa9)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from fedi import db
from fedi.activitypub.asking import Asking
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.objects import shapes
from fedi.activitypub.protocol import documents, origins
from fedi.models.errand import Errand
from fedi.services import features

KIND = "FeaturedCollection"
MAX_TITLE, MAX_SUMMARY = 255, 2000


def run(errand: Errand) -> None:
    """Ask for the collection at `errand.uri`. Raises Unreachable, FediError for what is wrong with it."""
    document = Asking(fetches=1).document(errand.uri)
    if KIND in documents.types(document):
        with db.writing() as session:
            keep(session, document)


def placed(session: Session, incoming: Incoming, embedded: Mapping[str, Any]) -> bool:
    """Remember the place of an artist of ours in the sender's collection, so that a Remove of it is understood."""
    if "FeaturedItem" not in documents.types(embedded):
        return False
    target, artist = documents.one_id(incoming.activity.get("target")), documents.one_id(embedded.get("featuredObject"))
    uri = documents.one_id(embedded)
    if target is None or artist is None or uri is None or not origins.same_origin(uri, incoming.actor.uri):
        return False
    return features.placed(session, incoming.actor, target, artist_uri=artist, item_uri=uri)


def keep(session: Session, document: Mapping[str, Any]) -> None:
    """Remember what a collection says of itself, for the artists who are asked to be in it.

    `document` was got at its own id, or came from its curator, whose server must be the collection's.
    """
    uri, curator = documents.one_id(document), documents.one_id(document.get("attributedTo"))
    if uri is None or curator is None or not origins.same_origin(uri, curator):
        return
    features.describe(
        session,
        uri,
        curator,
        title=shapes.words(shapes.natural(document, "name"), MAX_TITLE),
        summary=shapes.plain(shapes.natural(document, "summary"), MAX_SUMMARY),
        url=shapes.page_url(document.get("url")),
    )
