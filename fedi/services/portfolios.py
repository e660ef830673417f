"""What is shown as pictures: an artist's portfolio, the text posts beside it, and the newest works of all."""

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.media import Media, RemoteMedia
from fedi.models.post import Mention, Post, PostState, PostTag, Visibility
from fedi.services import relations
from fedi.services.paging import Page, rows

OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


def portfolio(session: Session, actor: Actor, viewer: Actor | None, page: Page) -> list[Post]:
    """The artworks of an actor that the viewer may see, newest first; a remote actor's are its posts with pictures."""
    works = Post.artwork.is_(True) if actor.local else and_(pictured(), Post.in_reply_to_uri.is_(None))
    return _of_actor(session, actor, viewer, page, works)


def texts(session: Session, actor: Actor, viewer: Actor | None, page: Page) -> list[Post]:
    """What is not in the portfolio: text posts, and answers to one's own posts; not answers to others."""
    parent = aliased(Post)
    to_self = exists().where(parent.id == Post.in_reply_to_id, parent.actor_id == Post.actor_id)
    rest = Post.artwork.is_(False) if actor.local else ~pictured()
    return _of_actor(session, actor, viewer, page, and_(rest, or_(Post.in_reply_to_uri.is_(None), to_self)))


def public(session: Session, actor: Actor, limit: int) -> list[Post]:
    """What an artist shows to everybody, newest first, without answers to others: what a feed tells."""
    parent = aliased(Post)
    to_self = exists().where(parent.id == Post.in_reply_to_id, parent.actor_id == Post.actor_id)
    query = _published().where(
        Post.actor_id == actor.id,
        Post.visibility == Visibility.PUBLIC,
        or_(Post.in_reply_to_uri.is_(None), to_self),
    )
    return rows(session, query, Post.id, Page(limit=limit))


def recent(session: Session, viewer: Actor | None, page: Page, *, local: bool = False, tag: str = "") -> list[Post]:
    """Public works, newest first, of artists who may be listed; of ours alone, or with a hashtag, when asked."""
    query = _published().where(Post.visibility == Visibility.PUBLIC, pictured(), Post.in_reply_to_uri.is_(None))
    if local:
        query = query.where(Post.local.is_(True))
    if tag:
        named = aliased(PostTag)
        query = query.where(exists().where(named.post_id == Post.id, named.name == tag.lower()))
    if viewer is None:
        query = query.where(Actor.limited_at.is_(None))
    else:
        known = or_(Actor.limited_at.is_(None), Post.actor_id == viewer.id, _followed(viewer))
        query = query.where(known, or_(Post.actor_id == viewer.id, relations.hears(viewer, Post.actor_id)))
    return rows(session, query, Post.id, page)


def unpublished(session: Session, author: Actor, page: Page) -> list[Post]:
    """The author's own posts that nobody else sees yet, newest first: preparing, failed, drafts."""
    waiting = (PostState.PREPARING, PostState.FAILED, PostState.DRAFT)
    query = select(Post).where(Post.actor_id == author.id, Post.local, Post.state.in_(waiting))
    return rows(session, query, Post.id, page)


def pictured() -> ColumnElement[bool]:
    """The condition that a post has pictures."""
    ours, theirs = aliased(Media), aliased(RemoteMedia)
    return or_(
        exists().where(ours.post_id == Post.id),
        exists().where(theirs.post_id == Post.id, theirs.mime.startswith("image/")),
    )


def _of_actor(
    session: Session, actor: Actor, viewer: Actor | None, page: Page, condition: ColumnElement[bool]
) -> list[Post]:
    if viewer is not None and relations.blocked_between(session, viewer.id, actor.id):
        return []
    query = _published().where(Post.actor_id == actor.id, condition, _audience(actor, viewer))
    return rows(session, query, Post.id, page)


def _published() -> Select[Post]:
    return (
        select(Post)
        .join(Actor, Actor.id == Post.actor_id)
        .where(Post.state == PostState.PUBLISHED, Actor.suspended_at.is_(None), Actor.deleted_at.is_(None))
    )


def _audience(actor: Actor, viewer: Actor | None) -> ColumnElement[bool]:
    if viewer is None:
        return Post.visibility.in_(OPEN)
    if viewer.id == actor.id:
        return Post.visibility.in_(list(Visibility))
    mention = aliased(Mention)
    named = exists().where(mention.post_id == Post.id, mention.actor_id == viewer.id)
    return or_(Post.visibility.in_(OPEN), named, and_(Post.visibility == Visibility.FOLLOWERS, _followed(viewer)))


def _followed(viewer: Actor) -> ColumnElement[bool]:
    return exists().where(
        Follow.follower_id == viewer.id,
        Follow.followee_id == Post.actor_id,
        Follow.state == FollowState.ACCEPTED,
    )
