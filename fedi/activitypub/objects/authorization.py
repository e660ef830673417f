"""Stamps: QuoteAuthorization lets one post quote another (FEP-044f), FeatureAuthorization lets a collection hold an
artist (FEP-7aa9).
"""

from collections.abc import Mapping
from typing import Any

from fedi.activitypub import context
from fedi.activitypub.protocol import documents
from fedi.models.feature import Feature
from fedi.models.quote import Quote
from fedi.policy import vocabulary
from fedi.policy.layers import activitystreams
from fedi.policy.terms import Terms
from fedi.services import stamps

_CONTEXT = [
    context.AS,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "FeatureAuthorization": "https://w3id.org/fep/7aa9#FeatureAuthorization",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        **vocabulary.CONTEXT,
    },
]


def of_quote(quote: Quote, terms: Terms) -> dict[str, Any]:
    """The stamp of an accepted quote, at its own address, with the terms of what is quoted."""
    said = {"interactingObject": quote.instrument_uri, "interactionTarget": quote.quoted_uri}
    return _stamp("QuoteAuthorization", stamps.uri(quote), quote.owner.uri, said, terms)


def of_feature(feature: Feature, terms: Terms) -> dict[str, Any]:
    """The stamp of an artist who is in a collection, with her terms."""
    said = {"interactingObject": feature.instrument_uri, "interactionTarget": feature.actor.uri}
    return _stamp("FeatureAuthorization", stamps.uri(feature), feature.actor.uri, said, terms)


def allows_quote(document: Mapping[str, Any], *, author: str, instrument: str, target: str) -> bool:
    """Whether a stamp, read at its own id on the author's server, lets `instrument` quote `target` (FEP-044f)."""
    return (
        "QuoteAuthorization" in documents.types(document)
        and documents.one_id(document.get("attributedTo")) == author
        and documents.one_id(document.get("interactingObject")) == instrument
        and documents.one_id(document.get("interactionTarget")) == target
    )


def _stamp(kind: str, uri: str, by: str, said: dict[str, str], terms: Terms) -> dict[str, Any]:
    document = {"id": uri, "type": kind, "attributedTo": by, **said, **activitystreams.render(terms, kind="object")}
    return context.with_context(_CONTEXT, document)
