"""Update: an edited post, a changed profile, or other words about a collection of people.

{"id": "https://a.example/n/1#updates/2", "type": "Update", "actor": "https://a.example/u/ann",
 "object": {"id": "https://a.example/n/1", "type": "Note", "updated": "2026-11-23T05:00:00Z",
            "content": "<p>better</p>"}}

ActivityPub section 7.3: https://www.w3.org/TR/activitypub/#update-activity-inbox
Only an actor changes itself and its own posts; without a newer `updated` only the counts of a post are taken.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.activitypub import actors_out, collections_out, context, curated, forwarding, posts_out
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument, NotFound
from fedi.models.actor import Actor
from fedi.models.collection import Collection
from fedi.models.outgoing import Outgoing
from fedi.models.post import PostState
from fedi.policy.layers import activitystreams
from fedi.services import actors, consents, media_tokens, remote_posts

NEW = timedelta(days=1)


@receives("Update")
def update(session: Session, incoming: Incoming) -> None:
    uri = incoming.object_id
    if uri is None:
        raise BadDocument("the Update has no object with an id")
    if urls.is_local(uri):
        raise Ignored(f"{uri} is ours")
    document = incoming.embedded
    if document is None or "type" not in document:
        document = incoming.document(uri) if origins.same_origin(uri, incoming.actor.uri) else None
    if document is None:
        raise Ignored(f"{uri} is not at its origin")
    if actor_object.KINDS & set(documents.types(document)):
        _change_actor(session, incoming.actor, document)
    elif note.is_post(document):
        _change_post(session, incoming, document)
    elif curated.KIND in documents.types(document):
        origins.check_embedded(document, incoming.actor.uri)
        curated.keep(session, document)
    else:
        raise Ignored(f"a {documents.kind(document)} is nothing we keep")


def _change_actor(session: Session, sender: Actor, document: Mapping[str, Any]) -> None:
    if document.get("id") != sender.uri:
        raise BadDocument("an actor changes only itself")
    values = actor_object.from_document(document, domain=sender.domain, name=sender.name)
    actors.store(session, values)


def _change_post(session: Session, incoming: Incoming, document: Mapping[str, Any]) -> None:
    sender = incoming.actor
    origins.check_embedded(document, sender.uri)
    values = note.from_document(
        document, author_uri=sender.uri, followers_uri=sender.followers_uri, activity=incoming.activity
    )
    post = remote_posts.by_id_uri(session, values.uri)
    if post is not None:
        if post.actor_id != sender.id:
            raise BadDocument("the post belongs to somebody else")
        if post.state != PostState.PUBLISHED:
            raise Ignored("the post was deleted")
        if remote_posts.update(session, post, values):
            forwarding.to_followers(session, incoming, post)
        return
    if remote_posts.is_gone(session, values.uri, of=sender.uri):
        raise Ignored("the post was deleted")
    old = values.published_at is None or values.published_at < clock.now() - NEW
    if old or not sender.available or not remote_posts.concerns_us(session, sender, values):
        raise Ignored("a post that nobody here knows")
    remote_posts.store(session, sender, values)


@publishes("update")
def document(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    number = outgoing.id if "at" not in said else said["at"].translate(str.maketrans("", "", "-:.TZ"))
    if "post" in said:
        post, parts = posts_out.published(session, int(said["post"]), token=media_tokens.marker(outgoing.id))
        to, cc = note.audience(post)
        body: dict[str, Any] = note.bare(post, parts)
        base, terms, shape = post.uri, parts.terms, context.OBJECT
    elif "collection" in said:
        row = session.get(Collection, int(said["collection"]))
        if row is None:
            raise NotFound("the collection is gone")
        body = collections_out.featured_collection(session, row)
        to, cc = [context.PUBLIC], [f"{row.actor.uri}/followers"]
        base, terms, shape = row.uri, consents.of_actor(row.actor), context.FEATURED
    else:
        changed = actors.by_id(session, int(said["actor"]))
        if changed.deleted_at is not None:
            raise NotFound("the actor is gone")
        body = actors_out.document(session, changed)
        shape = body.pop("@context")
        to, cc = [context.PUBLIC], [f"{changed.uri}/followers"]
        base, terms = changed.uri, consents.of_actor(changed)
    return context.with_context(
        shape,
        {
            "id": f"{base}#updates/{number}",
            "type": "Update",
            "actor": outgoing.actor.uri,
            "published": clock.iso(outgoing.created_at),
            "to": to,
            "cc": cc,
            **activitystreams.render(terms, kind="activity"),
            "object": body,
        },
    )
