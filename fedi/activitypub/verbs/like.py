"""Like, and EmojiReact taken as one.

{"id": "https://a.example/1", "type": "Like", "actor": "https://a.example/u/ann", "object": "https://art.test/users/mira/posts/1"}

ActivityPub section 7.10: https://www.w3.org/TR/activitypub/#like-activity-inbox
Only likes of our own posts are kept; FEP-c0e0 reactions count as likes.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import publishes, receives
from fedi.errors import NotFound
from fedi.models.outgoing import Outgoing
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
        row = interactions.like_by_uri(session, incoming.object_id)
        if row is None or row.actor_id != incoming.actor.id:
            raise Ignored("there is no such like")
        post = interactions.post_of(session, row)
    if post is None or interactions.find_like(session, incoming.actor, post) is None:
        raise Ignored("there is no such like")
    interactions.unlike(session, incoming.actor, post)


@publishes("like")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    body = {"id": said["uri"], "type": "Like", "actor": outgoing.actor.uri, "object": said["object"]}
    return context.with_context(context.PLAIN, {**body, "to": [said["author"]]})
