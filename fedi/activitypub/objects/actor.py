"""Actors as documents: ours as every peer reads them, and others' with everything we understand of them."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedi import clock, config, urls
from fedi.activitypub import context
from fedi.activitypub.objects import policies, shapes
from fedi.activitypub.protocol import documents, keys, origins
from fedi.errors import BadDocument
from fedi.models.actor import Actor, ActorKey, ActorKind
from fedi.policy.layers import activitystreams, fallback
from fedi.policy.terms import Terms
from fedi.services import features
from fedi.services.actors import RemoteActor, RemoteKey

KINDS = set(ActorKind)
MAX_NAME, MAX_SUMMARY, MAX_FIELDS, MAX_VALUE, MAX_ALIASES, MAX_KEYS = 2048, 20_000, 50, 2047, 256, 10


def to_document(
    actor: Actor, published_keys: Sequence[ActorKey], terms: Terms, *, streams: Sequence[str] = ()
) -> dict[str, Any]:
    """The whole actor, with context, keys and terms (federation.md 1.6, FEP-2c59, FEP-521a, FEP-5feb).

    `streams` are the ids of its galleries (ActivityPub section 4.1).
    """
    document: dict[str, Any] = {
        "id": actor.uri,
        "type": str(actor.kind),
        "preferredUsername": actor.name,
        "webfinger": f"{actor.name}@{config.settings().domain}",
        "name": actor.display_name or actor.name,
        "summary": actor.summary,
        "url": actor.url,
        "inbox": actor.inbox,
        "outbox": actor.outbox,
    }
    if actor.kind != ActorKind.APPLICATION:
        document |= {
            "followers": actor.followers_uri,
            "following": actor.following_uri,
            "featured": actor.featured_uri,
            "featuredTags": f"{actor.uri}/collections/tags",
            "featuredCollections": f"{actor.uri}/featured_collections",
            "interactionPolicy": {"canFeature": _can_feature(actor)},
            "memorial": False,
            # What other servers offer to see of a profile (Mastodon 4.6): of ours everything.
            "showFeatured": True,
            "showMedia": True,
            "showRepliesInMedia": True,
        }
    document |= {
        "manuallyApprovesFollowers": actor.locked,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "published": clock.iso(actor.published_at or actor.created_at),
        "endpoints": {"sharedInbox": urls.shared_inbox()},
        **_keys(actor, published_keys),
        "tag": [],
        "attachment": _fields(actor, terms),
    }
    if streams:
        document["streams"] = list(streams)
    if actor.also_known_as:
        document["alsoKnownAs"] = list(actor.also_known_as)
    if actor.attribution_domains:
        document["attributionDomains"] = list(actor.attribution_domains)
    if actor.moved_to:
        document["movedTo"] = actor.moved_to
    for name, url, alt in (("icon", actor.icon_url, actor.icon_alt), ("image", actor.image_url, actor.image_alt)):
        if url:
            document[name] = _image(url, alt, terms)
    document |= activitystreams.render(terms, kind="actor")
    return context.with_context(context.ACTOR, document)


def _can_feature(actor: Actor) -> dict[str, list[str]]:
    followers = actor.followers_uri or f"{actor.uri}/followers"
    return policies.approval(features.policy(actor), own=actor.uri, followers=followers)


def key_stub(actor: Actor, published_keys: Sequence[ActorKey], terms: Terms) -> dict[str, Any]:
    """What an unsigned GET gets when only signed ones are answered: enough to check our signatures, and the terms."""
    said = activitystreams.render(terms, kind="activity")  # as little as that: no name stands in it
    return context.with_context(context.KEYS, _stub(actor, published_keys) | said)


def suspended(actor: Actor, published_keys: Sequence[ActorKey], terms: Terms) -> dict[str, Any]:
    """Who is suspended here, as Mastodon says it: nothing but the keys, and that it is so."""
    said = {"name": "", "summary": "", "suspended": True, **activitystreams.render(terms, kind="actor")}
    return context.with_context(context.ACTOR, _stub(actor, published_keys) | said)


def _stub(actor: Actor, published_keys: Sequence[ActorKey]) -> dict[str, Any]:
    return {
        "id": actor.uri,
        "type": str(actor.kind),
        "preferredUsername": actor.name,
        "inbox": actor.inbox,
        "url": actor.url,
        "publicKey": _keys(actor, published_keys).get("publicKey"),
    }


def _keys(actor: Actor, published_keys: Sequence[ActorKey]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key in published_keys:
        if key.algorithm == "rsa" and "publicKey" not in said:
            said["publicKey"] = {"id": key.uri, "owner": actor.uri, "publicKeyPem": key.public}
        elif key.algorithm == "ed25519":
            said.setdefault("assertionMethod", []).append(
                {
                    "id": key.uri,
                    "type": "Multikey",
                    "controller": actor.uri,
                    "publicKeyMultibase": keys.multikey(key.public),
                },
            )
    return said


def _fields(actor: Actor, terms: Terms) -> list[dict[str, str]]:
    """The profile fields, and one more with the terms in words: what servers show that know no other term."""
    said = [
        {"type": "PropertyValue", "name": each.get("name", ""), "value": each.get("value", "")} for each in actor.fields
    ]
    if actor.kind != ActorKind.APPLICATION and actor.noai_field:
        field = fallback.render(terms)
        said.append({"type": "PropertyValue", "name": field.name, "value": field.value})
    return said


def _image(url: str, alt: str, terms: Terms) -> dict[str, Any]:
    image: dict[str, Any] = {"type": "Image", "url": url}
    kind = mimetypes.guess_type(url)[0]
    if kind:
        image["mediaType"] = kind
    if alt:
        image |= {"name": alt, "summary": alt}
    return image | activitystreams.render(terms, kind="attachment")


def from_document(document: Mapping[str, Any], *, domain: str | None = None, name: str | None = None) -> RemoteActor:
    """What an actor document says, within limits; `domain` and `name` are those of a confirmed handle.

    Raises BadDocument when it is no actor, or lacks its id, inbox or user name.
    """
    uri = document.get("id")
    kind = next((each for each in documents.types(document) if each in KINDS), None)
    if not isinstance(uri, str) or not shapes.is_web_url(uri) or "#" in uri:
        raise BadDocument("an actor has no usable id")
    if kind is None:
        raise BadDocument(f"{uri} is no actor")
    inbox = shapes.web_url(document.get("inbox"))
    if inbox is None:
        raise BadDocument(f"{uri} has no inbox")
    endpoints = document.get("endpoints")
    endpoints = endpoints if isinstance(endpoints, Mapping) else {}
    said = shapes.terms(document)
    return RemoteActor(
        uri=uri,
        kind=ActorKind(kind),
        name=name or _name(document),
        domain=(domain or urls.host_of(uri)).lower(),
        inbox=inbox,
        url=_page(document.get("url"), uri),
        display_name=shapes.plain(shapes.natural(document, "name"), MAX_NAME),
        summary=shapes.markup(shapes.natural(document, "summary"), MAX_SUMMARY),
        fields=_read_fields(document.get("attachment")),
        shared_inbox=shapes.web_url(endpoints.get("sharedInbox") or document.get("sharedInbox")),
        outbox=shapes.web_url(document.get("outbox")),
        followers_uri=_collection(document.get("followers"), uri),
        following_uri=_collection(document.get("following"), uri),
        featured_uri=_collection(document.get("featured"), uri),
        featured_tags_uri=_collection(document.get("featuredTags"), uri),
        icon_url=shapes.web_url(document.get("icon")),
        icon_alt=_alt(document.get("icon")),
        image_url=shapes.web_url(document.get("image")),
        image_alt=_alt(document.get("image")),
        locked=document.get("manuallyApprovesFollowers") is True,
        discoverable=document.get("discoverable", document.get("toot:discoverable")) is True,
        indexable=document.get("indexable", document.get("toot:indexable")) is True,
        also_known_as=_aliases(document),
        moved_to=shapes.web_url(document.get("movedTo")),
        consent=shapes.consent(document),
        licence=shapes.licence(document),
        terms=said,
        published_at=shapes.when(document.get("published")),
        suspended=document.get("suspended") is True,
        keys=read_keys(document, uri),
        emojis=shapes.emojis(document),
        may_feature=policies.read_feature(document),
    )


def read_keys(document: Mapping[str, Any], owner: str) -> list[RemoteKey]:
    """The public keys an actor lists as its own: `publicKey` and FEP-521a `assertionMethod`; bad ones are left out."""
    found: dict[str, RemoteKey] = {}
    for each in documents.as_list(document.get("publicKey"))[:MAX_KEYS]:
        if isinstance(each, Mapping):
            _add(found, each, owner, said_by=each.get("owner", owner), value=each.get("publicKeyPem"), pem=True)
    for each in documents.as_list(document.get("assertionMethod"))[:MAX_KEYS]:
        if isinstance(each, Mapping):
            _add(
                found,
                each,
                owner,
                said_by=each.get("controller", owner),
                value=each.get("publicKeyMultibase"),
                pem=False,
            )
    return list(found.values())[:MAX_KEYS]


def _add(
    found: dict[str, RemoteKey], said: Mapping[str, Any], actor: str, *, said_by: Any, value: Any, pem: bool
) -> None:
    uri = said.get("id")
    if not isinstance(uri, str) or not isinstance(value, str) or not shapes.is_web_url(uri):
        return
    if value.startswith("z") is pem:
        return
    try:
        origins.check_key(uri, said_by, actor)
        key = keys.load_public(value)
    except BadDocument:
        return
    algorithm = "rsa" if isinstance(key, rsa.RSAPublicKey) else "ed25519"
    spki = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    found.setdefault(uri, RemoteKey(uri=uri, algorithm=algorithm, public=spki.decode()))


def _name(document: Mapping[str, Any]) -> str:
    name = document.get("preferredUsername")
    if not isinstance(name, str) or not name.strip():
        webfinger = document.get("webfinger")
        name = webfinger.removeprefix("acct:").lstrip("@").partition("@")[0] if isinstance(webfinger, str) else ""
    name = name.strip()
    if not name or len(name) > 255 or not name.isprintable() or any(mark in name for mark in ' @/:?#<>"\\'):
        raise BadDocument("an actor has no usable user name")
    return name


def _page(value: Any, uri: str) -> str:
    """The page of the profile; one on another host would pass for somebody else's (Mastodon drops it too)."""
    page = shapes.page_url(value)
    return page if page is not None and origins.same_host(page, uri) else uri


def _aliases(document: Mapping[str, Any]) -> list[str]:
    found = documents.ids(document.get("alsoKnownAs"), limit=MAX_ALIASES)
    return [each for each in found if shapes.is_web_url(each)]


def _collection(value: Any, owner: str) -> str | None:
    """A collection of the actor's, on its own host (nothing else may name its followers)."""
    uri = documents.one_id(value)
    return uri if uri and shapes.is_web_url(uri) and origins.same_origin(uri, owner) else None


def _read_fields(value: Any) -> list[dict[str, str]]:
    kept = []
    for each in documents.as_list(value):
        if isinstance(each, Mapping) and documents.kind(each) in {"PropertyValue", "schema:PropertyValue"}:
            name = shapes.words(each.get("name"), MAX_VALUE)
            kept.append({"name": name, "value": shapes.markup(each.get("value"), MAX_VALUE)})
    return kept[:MAX_FIELDS]


def _alt(value: Any) -> str:
    for each in documents.as_list(value):
        if isinstance(each, Mapping):
            return shapes.words(each.get("summary") or each.get("name"), 1500)
    return ""
