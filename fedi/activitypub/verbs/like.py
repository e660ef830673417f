"""Like, and EmojiReact taken as one; and what an author elsewhere says to one of ours.

{"id": "https://a.example/1", "type": "Like", "actor": "https://a.example/u/ann", "object": "https://art.test/users/mira/posts/1"}

ActivityPub section 7.10: https://www.w3.org/TR/activitypub/#like-activity-inbox
Only likes of our own posts are kept; FEP-c0e0 reactions count as likes.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import approvals, context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import publishes, receives
from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.models.interaction import Like
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import approvals as likes
from fedi.services import interactions, remote_posts


@receives("Like")
@receives("EmojiReact")
def like(session: Session, incoming: Incoming) -> None:
    post = resolve.known_post(session, incoming.object_id)
    if post is None or not post.local:
        raise Ignored(f"{incoming.object_id} is no post of ours")
    if incoming.uri and remote_posts.is_gone(session, incoming.uri, of=incoming.actor.uri):
        raise Ignored("the like was undone before it arrived")
    try:
        interactions.like(session, incoming.actor, post, uri=incoming.uri)
    except NotFound as error:
        raise Ignored(str(error)) from error


@receives("Undo", of="Like")
@receives("Undo", of="EmojiReact")
def undone(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    post = resolve.known_post(session, documents.one_id(embedded.get("object"))) if embedded is not None else None
    if post is None and incoming.object_id:
        row = interactions.like_said_by(session, incoming.actor, incoming.object_id)
        if row is None:
            raise Ignored("there is no such like")
        post = interactions.post_of(session, row)
    if post is None or interactions.find_like(session, incoming.actor, post) is None:
        raise Ignored("there is no such like")
    interactions.unlike(session, incoming.actor, post)


@receives("Accept", of="Like")
@receives("Accept", of="LikeRequest")
def accepted(session: Session, incoming: Incoming) -> None:
    row, _ = _ours(session, incoming)
    likes.like_allowed(session, row, approvals.authorization(incoming))


@receives("Reject", of="Like")
@receives("Reject", of="LikeRequest")
def rejected(session: Session, incoming: Incoming) -> None:
    row, post = _ours(session, incoming)
    interactions.unlike(session, session.get_one(Actor, row.actor_id), post, tell=False)


def _ours(session: Session, incoming: Incoming) -> tuple[Like, Post]:
    """A like of ours of a post of the sender. Raises Ignored."""
    uri = approvals.about(incoming)
    row = interactions.our_like(session, uri) if uri else None
    post = interactions.post_of(session, row) if row is not None else None
    if row is None or post is None or post.actor_id != incoming.actor.id:
        raise Ignored(f"{uri} is no like of ours of the sender's")
    return row, post


@publishes("like")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    body = {"id": said["uri"], "type": "Like", "actor": outgoing.actor.uri, "object": said["object"]}
    return context.with_context(context.PLAIN, {**body, "to": [said["author"]]})
