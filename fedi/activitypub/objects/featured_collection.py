"""Collections of ours as documents, in the shape that Mastodon 4.6.5 sends (FEP-7aa9), with their curator's terms.

FEP-7aa9: https://w3id.org/fep/7aa9
"""

import html
from collections.abc import Sequence
from typing import Any

from fedi import clock, urls
from fedi.models.collection import Collection, CollectionItem
from fedi.policy.layers import activitystreams
from fedi.policy.terms import Terms
from fedi.services import collections


def bare(row: Collection, items: Sequence[CollectionItem], terms: Terms) -> dict[str, Any]:
    """A FeaturedCollection without `@context`; `items` are those in it with consent."""
    document: dict[str, Any] = {
        "id": row.uri,
        "type": "FeaturedCollection",
        "name": row.name,
        "summary": (summary := html.escape(row.description, quote=False)),
        "attributedTo": row.actor.uri,
        "url": f"{urls.origin()}{collections.page(row)}",
        "sensitive": row.sensitive,
        "discoverable": row.discoverable,
        "published": clock.iso(row.created_at),
        "updated": clock.iso(row.updated_at),
        "totalItems": len(items),
        "orderedItems": [item(each, terms) for each in items],
    }
    if row.language:
        document["summaryMap"] = {row.language: summary}
    if row.tag:
        document["topic"] = {"type": "Hashtag", "href": urls.tag(row.tag), "name": f"#{row.tag}"}
    return document | activitystreams.render(terms, kind="collection")


def item(row: CollectionItem, terms: Terms) -> dict[str, Any]:
    """A FeaturedItem without `@context`: somebody in a collection, with the stamp that lets it hold them."""
    document = {
        "id": row.uri,
        "type": "FeaturedItem",
        "featuredObject": row.actor.uri,
        "featureAuthorization": row.authorization_uri,
        "published": clock.iso(row.created_at),
    }
    return document | activitystreams.render(terms, kind="activity")
