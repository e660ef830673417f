"""Stamps: QuoteAuthorization lets one post quote another (FEP-044f), FeatureAuthorization lets a collection hold an
artist (FEP-7aa9).
"""

from typing import Any

from fedi.activitypub import context
from fedi.models.feature import Feature
from fedi.models.quote import Quote
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
        **activitystreams.CONTEXT,
    },
]


def of_quote(quote: Quote, terms: Terms) -> dict[str, Any]:
    """The stamp of an accepted quote, at its own address, with the terms of what is quoted."""
    said = {"interactingObject": quote.instrument_uri, "interactionTarget": quote.post.uri}
    return _stamp("QuoteAuthorization", stamps.uri(quote), quote.post.actor.uri, said, terms)


def of_feature(feature: Feature, terms: Terms) -> dict[str, Any]:
    """The stamp of an artist who is in a collection, with her terms."""
    said = {"interactingObject": feature.instrument_uri, "interactionTarget": feature.actor.uri}
    return _stamp("FeatureAuthorization", stamps.uri(feature), feature.actor.uri, said, terms)


def _stamp(kind: str, uri: str, by: str, said: dict[str, str], terms: Terms) -> dict[str, Any]:
    document = {"id": uri, "type": kind, "attributedTo": by, **said, **activitystreams.render(terms, kind="object")}
    return context.with_context(_CONTEXT, document)
