"""Deleting posts of our artists: gone here at once, told to every server that got them, and told again when asked."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi.errors import Conflict, NotFound
from fedi.models.actor import Actor
from fedi.models.happening import HappeningKind
from fedi.models.inbox_message import Tombstone
from fedi.models.interaction import Bookmark, Boost, Like
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.models.poll import Poll
from fedi.models.post import POSTS, Post, PostEdit, PostState, Visibility
from fedi.services import conversations, happenings, media, outgoing, posts, quotations


def withdraw(session: Session, post: Post, *, silently: bool = False, keep_originals: bool = False) -> None:
    """Delete a post of ours: empty here at once, its renditions gone, a Delete to all who got it (but `silently`).

    `keep_originals`: for a day, so that the post can be written anew with the same pictures.
    """
    audience = [each.uri for each in posts.addressed(session, post)]
    if post.state == PostState.PUBLISHED and not silently:
        outgoing.put(
            session,
            "delete",
            actor=post.actor,
            subject={"post": post.id, "uri": post.uri, "visibility": str(post.visibility), "actors": audience},
            object_uri=post.uri,
            followers=post.visibility != Visibility.DIRECT,
            actors=posts.addressed(session, post),
            earlier_recipients=True,
        )
    if session.get(Tombstone, post.uri) is None:
        session.add(Tombstone(uri=post.uri, actor_uri=post.actor.uri))
    conversations.unsaid(session, post)
    for picture in media.of_post(session, post):
        (media.release if keep_originals else media.withdraw)(session, picture)
    for model in (Like, Boost, Bookmark, Notification, Poll):
        session.execute(delete(model).where(model.post_id == post.id))
    session.execute(delete(PostEdit).where(PostEdit.post_id == post.id))
    quotations.forget(session, post)
    post.tags.clear()
    post.mentions.clear()
    post.title = post.text = post.content = post.summary = ""
    post.idempotency_key = post.pinned_at = None
    if post.state == PostState.PUBLISHED:
        happenings.of_post(session, HappeningKind.DELETE, post)
    POSTS.move(post, PostState.WITHDRAWN)


def again(session: Session, post: Post) -> None:
    """Tell every server that ever got a deleted post once more. Raises Conflict for one that is not deleted."""
    said = session.scalar(
        select(Outgoing)
        .where(Outgoing.object_uri == post.uri, Outgoing.verb == "delete")
        .order_by(Outgoing.id.desc())
        .limit(1)
    )
    if post.state != PostState.WITHDRAWN or said is None:
        raise Conflict("no server was told that this post is deleted")
    outgoing.put(
        session,
        "delete",
        actor=post.actor,
        subject=dict(said.subject),
        object_uri=post.uri,
        followers=bool(said.audience.get("followers")),
        earlier_recipients=True,
    )


def get_own(session: Session, post_id: int, author: Actor) -> Post:
    """A post of the author's own, also one that was published once and is deleted. Raises NotFound."""
    post = session.get(Post, post_id)
    gone = post is not None and post.state == PostState.WITHDRAWN and post.published_at is None
    if post is None or not post.local or post.actor_id != author.id or gone:
        raise NotFound("there is no such post")
    return post


def listed(session: Session, author: Actor, *, limit: int) -> list[Post]:
    """What was published once and is deleted, the newest first."""
    query = select(Post).where(
        Post.actor_id == author.id, Post.state == PostState.WITHDRAWN, Post.published_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Post.id.desc()).limit(limit)).unique())
