"""QuoteAuthorization: the stamp that says an artist lets one post quote another (FEP-044f)."""

from typing import Any

from fedi.activitypub import context
from fedi.models.quote import Quote
from fedi.policy.layers import activitystreams
from fedi.policy.terms import Terms
from fedi.services import quotes

_CONTEXT = [
    context.AS,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        **activitystreams.CONTEXT,
    },
]


def to_document(quote: Quote, terms: Terms) -> dict[str, Any]:
    """The stamp of an accepted quote, at its own address, with the terms of what is quoted."""
    return context.with_context(
        _CONTEXT,
        {
            "id": quotes.stamp_uri(quote),
            "type": "QuoteAuthorization",
            "attributedTo": quote.post.actor.uri,
            "interactingObject": quote.instrument_uri,
            "interactionTarget": quote.post.uri,
            **activitystreams.render(terms, kind="object"),
        },
    )
