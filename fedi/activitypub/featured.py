"""Add and Remove about an actor's `featured` collection: the post that is meant, and what we say of ours."""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.errors import BadDocument
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import follows


def hashtag(incoming: Incoming) -> str | None:
    """The hashtag that an Add or Remove puts on the sender's profile or takes off it; None when it is about a post."""
    embedded = incoming.embedded
    if embedded is None or documents.kind(embedded) != "Hashtag":
        return None
    target = documents.one_id(incoming.activity.get("target"))
    if target is None or target not in {incoming.actor.featured_uri, incoming.actor.featured_tags_uri}:
        raise Ignored("the collection is not the sender's")
    return str(embedded.get("name", ""))[:255]


def subject(session: Session, incoming: Incoming, *, wanted: bool) -> Post:
    """The sender's own post; an unknown one is fetched when it is `wanted` and somebody here follows the sender."""
    target = documents.one_id(incoming.activity.get("target"))
    if target is None or target != incoming.actor.featured_uri:
        raise Ignored("the collection is not the sender's pinned posts")
    embedded = incoming.embedded
    if embedded is not None and documents.kind(embedded) in {"FeaturedItem", "FeaturedCollection"}:
        raise Ignored(f"a featured {documents.kind(embedded)} is not kept")
    uri = incoming.object_id
    if uri is None:
        raise BadDocument("the activity is about nothing")
    post = resolve.known_post(session, uri)
    if post is None:
        if not wanted or not follows.has_local_follower(session, incoming.actor):
            raise Ignored("a post that nobody here knows")
        post = resolve.post(session, incoming, uri)
    if post.actor_id != incoming.actor.id:
        raise BadDocument("the post belongs to somebody else")
    return post


def document(kind: str, outgoing: Outgoing) -> dict[str, Any]:
    """The Add or Remove of an artist who pins or unpins a post."""
    actor = outgoing.actor
    collection = actor.featured_uri or f"{actor.uri}/collections/featured"
    return context.with_context(
        context.PLAIN,
        {
            "id": f"{collection}#{kind.lower()}s/{outgoing.id}",
            "type": kind,
            "actor": actor.uri,
            "to": [context.PUBLIC],
            "cc": [f"{actor.uri}/followers"],
            "object": outgoing.subject["post"],
            "target": collection,
        },
    )
