"""Likes and boosts: by our people and by others', counted as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from fedi import clock, db, urls
from fedi.errors import NotAllowed, NotFound
from fedi.models.actor import Actor
from fedi.models.happening import HappeningKind
from fedi.models.interaction import Boost, Like
from fedi.models.notification import NotificationKind
from fedi.models.post import Post, PostState, Visibility
from fedi.services import accounts, happenings, interaction_policies, notifications, outgoing, posts, relations
from fedi.services.interaction_policies import Approval, Verb
from fedi.services.paging import Page, rows

OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


@dataclass(frozen=True)
class Tally:
    """How many like, boost and answer a post; remote posts count at least what their server told."""

    likes: int = 0
    boosts: int = 0
    replies: int = 0


def like(session: Session, actor: Actor, post: Post, *, uri: str | None = None) -> None:
    """`actor` likes a post it can see; liking again only takes the new id. Raises NotFound for what it cannot see.

    Raises NotAllowed where the author does not want it.
    """
    _check_seen(session, actor, post)
    if db.ask(session, _LIKED, actor=actor.id, post=post.id).scalar() is not None:
        _said_again(find_like(session, actor, post), uri)
        return
    if actor.local:
        interaction_policies.check(session, post, actor, Verb.LIKE)
    id_ = clock.new_id()
    said = urls.activity(actor.uri, "like", id_) if actor.local else uri
    db.insert(session, Like, {"id": id_, "actor_id": actor.id, "post_id": post.id, "uri": said})
    _tell(session, NotificationKind.FAVOURITE, actor, post)
    if actor.local and not post.actor.local:
        _put(session, "like", actor, post, subject=_liked(said, post), actors=[post.actor])


def unlike(session: Session, actor: Actor, post: Post, *, tell: bool = True) -> None:
    """With `tell` a remote author hears of it."""
    row = find_like(session, actor, post)
    if row is None:
        return
    said = {"type": "Like", **_liked(row.uri, post)}
    session.delete(row)
    session.flush()
    notifications.forget(session, NotificationKind.FAVOURITE, actor_id=actor.id, post_id=post.id)
    if tell and actor.local and not post.actor.local:
        _put(session, "undo", actor, post, subject=said, actors=[post.actor])


def boost(
    session: Session,
    actor: Actor,
    post: Post,
    *,
    visibility: Visibility = Visibility.PUBLIC,
    uri: str | None = None,
) -> Boost:
    """`actor` shows a post to its followers; boosting again only takes the new id. An author who wants to be asked is.

    Raises NotFound for what it cannot see and NotAllowed for what may not be boosted: others' posts that are for
    followers only, direct ones, and what its author does not want boosted.
    """
    _check_seen(session, actor, post)
    own = post.actor_id == actor.id and post.visibility == Visibility.FOLLOWERS
    if post.visibility not in OPEN and not own:
        raise NotAllowed("only public and unlisted posts can be boosted")
    row = find_boost(session, actor, post)
    if row is not None:
        _said_again(row, uri)
        return row
    if actor.local:
        interaction_policies.check(session, post, actor, Verb.ANNOUNCE)
    asks = actor.local and interaction_policies.approval(session, post, actor, Verb.ANNOUNCE) == Approval.MANUAL
    row = Boost(id=clock.new_id(), actor_id=actor.id, post_id=post.id)
    row.visibility = Visibility.FOLLOWERS if own else visibility
    row.uri = f"{urls.activity(actor.uri, 'boost', row.id)}" if actor.local else uri
    row.actor, row.post = actor, post
    session.add(row)
    session.flush()
    happenings.put(session, HappeningKind.BOOST, row.id, actor.id)
    _tell(session, NotificationKind.REBLOG, actor, post)
    if actor.local:
        announce(session, row, followers=not asks, actors=[post.actor])
    return row


def announce(session: Session, row: Boost, *, followers: bool, actors: Sequence[Actor] = ()) -> None:
    """Tell of a boost by one of ours."""
    _put(session, "announce", row.actor, row.post, subject=boost_said(row), followers=followers, actors=actors)


def boost_said(row: Boost) -> dict[str, Any]:
    """What a boost says, for its Announce and its Undo."""
    return {
        "uri": row.uri,
        "object": row.post.uri,
        "author": row.post.actor.uri,
        "visibility": str(row.visibility),
        "at": clock.iso(row.created_at),
        "authorization": row.authorization,
    }


def unboost(session: Session, actor: Actor, post: Post) -> None:
    row = find_boost(session, actor, post)
    if row is None:
        return
    taken_back = {"type": "Announce", **boost_said(row)}
    happenings.put(session, HappeningKind.DELETE, row.id, actor.id)
    session.delete(row)
    session.flush()
    notifications.forget(session, NotificationKind.REBLOG, actor_id=actor.id, post_id=post.id)
    if actor.local:
        _put(session, "undo", actor, post, subject=taken_back, followers=True, actors=[post.actor], earlier=True)


def find_like(session: Session, actor: Actor, post: Post) -> Like | None:
    return session.scalar(_LIKE, {"actor": actor.id, "post": post.id})


_LIKE = select(Like).where(
    Like.actor_id == bindparam("actor", type_=BigInteger), Like.post_id == bindparam("post", type_=BigInteger)
)
_LIKED = _LIKE.with_only_columns(Like.id)


def find_boost(session: Session, actor: Actor, post: Post) -> Boost | None:
    return session.scalar(select(Boost).where(Boost.actor_id == actor.id, Boost.post_id == post.id))


def like_said_by(session: Session, actor: Actor, uri: str) -> Like | None:
    """The like that this actor made with the id, or with a later one when it was said once more."""
    return session.scalar(select(Like).where(Like.actor_id == actor.id, _named(Like, uri)).limit(1))


def boost_said_by(session: Session, actor: Actor, uri: str) -> Boost | None:
    """The same of a boost."""
    return session.scalar(select(Boost).where(Boost.actor_id == actor.id, _named(Boost, uri)).limit(1))


def our_like(session: Session, uri: str) -> Like | None:
    """The like of one of ours with this id."""
    mine = select(Like).join(Actor, Actor.id == Like.actor_id).where(Actor.domain_key == "")
    return session.scalar(mine.where(Like.uri == uri).limit(1))


def our_boost(session: Session, uri: str) -> Boost | None:
    """The boost of one of ours with this id."""
    mine = select(Boost).join(Actor, Actor.id == Boost.actor_id).where(Actor.domain_key == "")
    return session.scalar(mine.where(Boost.uri == uri).limit(1))


def open_boost(session: Session, actor: Actor, boost_id: int) -> Boost | None:
    """A boost that everybody may see."""
    row = session.get(Boost, boost_id)
    return row if row is not None and row.actor_id == actor.id and row.visibility in OPEN else None


def post_of(session: Session, row: Like) -> Post | None:
    """The post of a like."""
    return session.get(Post, row.post_id)


def tally(session: Session, post: Post) -> Tally:
    return tallies(session, [post])[post.id]


def tallies(session: Session, many: Sequence[Post]) -> dict[int, Tally]:
    """Counts of many posts in three queries."""
    ids = [post.id for post in many]
    if not ids:
        return {}
    likes = _counted(session, Like.post_id, ids)
    boosts = _counted(session, Boost.post_id, ids)
    replies = dict(
        session.execute(
            select(Post.in_reply_to_id, func.count())
            .where(Post.in_reply_to_id.in_(ids), Post.state == PostState.PUBLISHED, Post.visibility.in_(OPEN))
            .where(Post.reply_refused_at.is_(None))
            .group_by(Post.in_reply_to_id),
        ).all(),
    )
    found = {}
    for post in many:
        told = (post.remote_counts or {}) if not post.local else {}
        found[post.id] = Tally(
            likes=max(likes.get(post.id, 0), told.get("likes", 0)),
            boosts=max(boosts.get(post.id, 0), told.get("shares", 0)),
            replies=max(replies.get(post.id, 0), told.get("replies", 0)),
        )
    return found


def mine(session: Session, actor: Actor, post_ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """(liked, boosted) among these posts, in two queries."""
    liked = session.scalars(select(Like.post_id).where(Like.actor_id == actor.id, Like.post_id.in_(post_ids)))
    boosted = session.scalars(select(Boost.post_id).where(Boost.actor_id == actor.id, Boost.post_id.in_(post_ids)))
    return set(liked), set(boosted)


def likers(session: Session, post: Post, page: Page, viewer: Actor | None) -> list[Like]:
    """Who likes it, newest first, with `actor` loaded; nobody whom `viewer` does not want to see."""
    query = select(Like).join(Actor, Actor.id == Like.actor_id).where(Like.post_id == post.id, _shown())
    if viewer is not None:
        query = query.where(relations.hears(viewer, Like.actor_id))
    return rows(session, query.options(joinedload(Like.actor)), Like.id, page)


def boosters(session: Session, post: Post, page: Page, viewer: Actor | None) -> list[Boost]:
    """Who boosted it, newest first; likewise."""
    query = select(Boost).join(Actor, Actor.id == Boost.actor_id).where(Boost.post_id == post.id, _shown())
    if viewer is not None:
        query = query.where(relations.hears(viewer, Boost.actor_id))
    return rows(session, query, Boost.id, page)


def liked_by(session: Session, actor: Actor, page: Page) -> list[Like]:
    """What an actor likes, newest first (`post_id` names the posts)."""
    query = (
        select(Like)
        .join(Post, Post.id == Like.post_id)
        .where(Like.actor_id == actor.id, Post.state == PostState.PUBLISHED)
    )
    return rows(session, query, Like.id, page)


def _check_seen(session: Session, actor: Actor, post: Post) -> None:
    if post.state != PostState.PUBLISHED or not posts.visible(session, post, actor):
        raise NotFound("there is no such post")


def _said_again(row: Like | Boost | None, uri: str | None) -> None:
    """Some servers say a thing once more under a new id and undo it by that one; the id that it had still names it."""
    if row is not None and uri and uri != row.uri:
        row.earlier_uri, row.uri = row.uri, uri


def _named(model: type[Like] | type[Boost], uri: str) -> ColumnElement[bool]:
    return or_(model.uri == uri, model.earlier_uri == uri)


def _tell(session: Session, kind: NotificationKind, actor: Actor, post: Post) -> None:
    account = accounts.of_actor(session, post.actor) if post.actor.local else None
    if account is not None:
        notifications.notify(session, account, kind, actor, post)


def _liked(uri: str | None, post: Post) -> dict[str, Any]:
    return {"uri": uri, "object": post.uri, "author": post.actor.uri}


def _put(
    session: Session,
    verb: str,
    actor: Actor,
    post: Post,
    *,
    subject: dict[str, Any],
    followers: bool = False,
    actors: Sequence[Actor] = (),
    earlier: bool = False,
) -> None:
    """Ordered by the activity's own id: an Undo never overtakes what it undoes."""
    outgoing.put(
        session,
        verb,
        actor=actor,
        subject={**subject, "post": post.id},
        object_uri=str(subject["uri"]),
        followers=followers,
        actors=actors,
        earlier_recipients=earlier,
    )


def _counted(session: Session, column: Any, ids: Sequence[int]) -> dict[int, int]:
    return dict(session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column)).all())


def _shown() -> Any:
    return Actor.deleted_at.is_(None) & Actor.suspended_at.is_(None)
