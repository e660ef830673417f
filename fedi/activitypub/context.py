"""The JSON-LD contexts of our documents: ActivityStreams plus inline terms, so that nobody has to fetch anything."""

from typing import Any

from fedi.policy.vocabulary import CONTEXT as TERMS

AS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
PUBLIC = f"{AS}#Public"
CONTENT_TYPE = "application/activity+json; charset=utf-8"

_SHARED: dict[str, Any] = {
    "toot": "http://joinmastodon.org/ns#",
    "gts": "https://gotosocial.org/ns#",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canLike": {"@id": "gts:canLike", "@type": "@id"},
    "canReply": {"@id": "gts:canReply", "@type": "@id"},
    "canAnnounce": {"@id": "gts:canAnnounce", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
}
_FEATURED: dict[str, Any] = {
    "FeaturedCollection": "https://w3id.org/fep/7aa9#FeaturedCollection",
    "FeaturedItem": "https://w3id.org/fep/7aa9#FeaturedItem",
    "topic": {"@id": "https://w3id.org/fep/7aa9#topic", "@type": "@id"},
    "featuredObject": {"@id": "https://w3id.org/fep/7aa9#featuredObject", "@type": "@id"},
    "featureAuthorization": {"@id": "https://w3id.org/fep/7aa9#featureAuthorization", "@type": "@id"},
    "toot": "http://joinmastodon.org/ns#",
    "discoverable": "toot:discoverable",
    "sensitive": "as:sensitive",
    "Hashtag": "as:Hashtag",
    **TERMS,
}
_OBJECT: dict[str, Any] = {
    **_SHARED,
    "ostatus": "http://ostatus.org#",
    "conversation": "ostatus:conversation",
    "sensitive": "as:sensitive",
    "Hashtag": "as:Hashtag",
    "votersCount": "toot:votersCount",
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    "quoteAuthorization": {"@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id"},
    "blurhash": "toot:blurhash",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "digestMultibase": {
        "@id": "https://w3id.org/security#digestMultibase",
        "@type": "https://w3id.org/security#multibase",
    },
    "title": "dc:title",
    "replyAuthorization": {"@id": "gts:replyAuthorization", "@type": "@id"},
    "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"},
    "isPartOf": {"@id": "dc:isPartOf", "@type": "@id"},
    **TERMS,
}
_ACTOR: dict[str, Any] = {
    **_SHARED,
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    # Not schema.org's real address, on purpose: it is what every server reads.
    "schema": "http://schema.org#",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "suspended": "toot:suspended",
    "attributionDomains": {"@id": "toot:attributionDomains", "@container": "@set"},
    "memorial": "toot:memorial",
    "showFeatured": "toot:showFeatured",
    "showMedia": "toot:showMedia",
    "showRepliesInMedia": "toot:showRepliesInMedia",
    "canFeature": {"@id": "https://w3id.org/fep/7aa9#canFeature", "@type": "@id"},
    # Mastodon writes the property and no term for it; neither does the FEP's own context: the address is our guess.
    "featuredCollections": {"@id": "https://w3id.org/fep/7aa9#featuredCollections", "@type": "@id"},
    "webfinger": {
        "@id": "https://purl.archive.org/socialweb/webfinger#webfinger",
        "@type": "http://www.w3.org/2001/XMLSchema#string",
    },
    "Multikey": "https://w3id.org/security#Multikey",
    "assertionMethod": {
        "@id": "https://w3id.org/security#assertionMethod",
        "@type": "@id",
        "@container": "@set",
    },
    "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
    "publicKeyMultibase": {
        "@id": "https://w3id.org/security#publicKeyMultibase",
        "@type": "https://w3id.org/security#multibase",
    },
    "Hashtag": "as:Hashtag",
    **TERMS,
}

OBJECT = [AS, _OBJECT]
ACTOR = [AS, SECURITY, _ACTOR]
KEYS = [AS, SECURITY, TERMS]
COLLECTION = [AS, TERMS]
FEATURED = [AS, _FEATURED]
PLAIN = AS
# A boost that its author allowed.
ALLOWED = [
    AS,
    {
        "gts": "https://gotosocial.org/ns#",
        "announceAuthorization": {"@id": "gts:announceAuthorization", "@type": "@id"},
        "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"},
    },
]


def with_context(context: Any, document: dict[str, Any]) -> dict[str, Any]:
    """The document with `@context` first, as readers expect it."""
    return {"@context": context, **document}
