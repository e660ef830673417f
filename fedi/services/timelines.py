"""Timelines: home, public, hashtag, and what one actor posted; each one keyset query over posts and one over boosts.

Posts and boosts share one id space that sorts by time, so a timeline is the merge of two short, indexed lists. What
many people wrote is looked for in a window of time that widens until the page is full: without one a database reads
everything they ever wrote to sort it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from fedi import clock
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.circle import Circle, CircleMember, RepliesPolicy
from fedi.models.follow import Follow, FollowState
from fedi.models.interaction import Boost
from fedi.models.media import Media, RemoteMedia
from fedi.models.post import Mention, Post, PostState, PostTag, Visibility
from fedi.models.tag_follow import TagFollow
from fedi.services import relations
from fedi.services.paging import Page, narrow

OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)
HOUR = 3600 * 1000 << 16  # ids hold milliseconds above 16 random bits
FIRST_WINDOW = 12 * HOUR
# A boost does not bring back what home had in the last three days.
ECHO = 3 * 24 * HOUR
# One reader, or the actors' table itself: then a condition speaks of many readers at once.
Viewer = Actor | type[Actor]


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: a post, or somebody's boost of it. `id` is the boost's where there is one."""

    id: int
    post: Post
    boost: Boost | None = None


@dataclass(frozen=True)
class Wish:
    """What a reader asks of a public or hashtag timeline."""

    local: bool = False
    remote: bool = False
    only_media: bool = False
    any_of: Sequence[str] = field(default=())
    all_of: Sequence[str] = field(default=())
    none_of: Sequence[str] = field(default=())


def home(session: Session, viewer: Actor, page: Page, *, only_media: bool = False) -> list[Entry]:
    """What the people one follows post and boost, and one's own."""
    written = _published().where(Post.actor_id.in_(_and_me(viewer, _sources(viewer))), *_home_takes_post(viewer))
    boosters = _and_me(viewer, _sources(viewer, boosting=True))
    boosted = _boosts().where(Boost.actor_id.in_(boosters), *_home_takes_boost(viewer))
    if only_media:
        written, boosted = written.where(_has_media()), boosted.where(_has_media())
    tagged = _tagged(session, viewer, only_media=only_media)
    return _widening(session, [written] if tagged is None else [written, tagged], boosted, page)


def at_home(session: Session, entry: Entry, viewer_ids: Sequence[int]) -> set[int]:
    """Which of these readers find the entry in their `home`, in one query for all of them."""
    viewer = aliased(Actor)
    if entry.boost is not None:
        source, boosting = entry.boost.actor_id, True
        query: Select[Any] = _boosts().where(Boost.id == entry.boost.id, *_home_takes_boost(viewer))
    else:
        source, boosting = entry.post.actor_id, False
        query = _published().where(Post.id == entry.post.id, *_home_takes_post(viewer))
    from_source = viewer.id.in_(select(Follow.follower_id).where(*_followed(source, boosting=boosting)))
    mine = viewer.id == source
    found = _viewers(session, query.where(or_(mine, from_source)), viewer, viewer_ids)
    if entry.boost is None and entry.post.tags and entry.post.visibility == Visibility.PUBLIC:
        names = [tag.name for tag in entry.post.tags]
        follow = exists().where(TagFollow.actor_id == viewer.id, TagFollow.name.in_(names))
        tagged = _seen_by(_published().where(Post.id == entry.post.id), viewer).where(~mine, ~from_source, follow)
        found |= _viewers(session, tagged, viewer, viewer_ids)
    return found


def in_circles(session: Session, entry: Entry, circle_ids: Sequence[int]) -> set[int]:
    """Which of these lists show the entry to their owners."""
    source = entry.boost.actor_id if entry.boost else entry.post.actor_id
    holding = select(Circle).join(CircleMember, CircleMember.circle_id == Circle.id)
    found = set()
    for circle in session.scalars(holding.where(CircleMember.actor_id == source, Circle.id.in_(circle_ids))):
        viewer = session.get_one(Account, circle.account_id).actor
        written, boosted = _of_circle(viewer, circle)
        query: Select[Any] = written.where(Post.id == entry.post.id)
        if entry.boost is not None:
            query = boosted.where(Boost.id == entry.boost.id)
        if session.scalars(query).first() is not None:
            found.add(circle.id)
    return found


def in_public(session: Session, post: Post, viewer_ids: Sequence[int], *, replies: bool = False) -> set[int]:
    """Which of these readers find the post in `public`; with `replies` in a hashtag's timeline."""
    viewer = aliased(Actor)
    query = _seen_by(_public(Wish()).where(Post.id == post.id), viewer)
    return _viewers(session, query if replies else query.where(_no_reply_to_others()), viewer, viewer_ids)


def _viewers(session: Session, query: Select[Any], viewer: type[Actor], viewer_ids: Sequence[int]) -> set[int]:
    """The readers for whom the query, whose conditions name `viewer`, finds something."""
    ids = query.with_only_columns(viewer.id).where(viewer.id.in_(viewer_ids))
    return set(session.scalars(ids)) if viewer_ids else set()


def _followed(actor_id: int, *, boosting: bool) -> list[ColumnElement[bool]]:
    wanted = [Follow.followee_id == actor_id, Follow.state == FollowState.ACCEPTED]
    return [*wanted, Follow.show_boosts.is_(True)] if boosting else wanted


def of_circle(session: Session, viewer: Actor, circle: Circle, page: Page, *, only_media: bool = False) -> list[Entry]:
    """What the members of one of the viewer's lists post and boost."""
    written, boosted = _of_circle(viewer, circle)
    if only_media:
        written, boosted = written.where(_has_media()), boosted.where(_has_media())
    return _widening(session, [written], boosted, page)


def _of_circle(viewer: Actor, circle: Circle) -> tuple[Select[Post], Select[Boost]]:
    members = select(CircleMember.actor_id).where(CircleMember.circle_id == circle.id)
    written = (
        _published()
        .where(Post.actor_id.in_(members), _for_reader(viewer, followed=True), relations.hears(viewer, Post.actor_id))
        .where(_reply_in_circle(viewer, circle, members))
    )
    boosted = (
        _boosts()
        .where(Boost.actor_id.in_(members), Boost.visibility != Visibility.DIRECT, Post.visibility.in_(OPEN))
        .where(relations.hears(viewer, Post.actor_id), relations.hears(viewer, Boost.actor_id))
    )
    return written, boosted


def public(session: Session, viewer: Actor | None, page: Page, wish: Wish) -> list[Entry]:
    """Everything public that is no reply to somebody else, of everyone who is not limited."""
    query = _seen_by(_public(wish), viewer).where(_no_reply_to_others())
    return _merged(session, [query], None, page)


def tagged(session: Session, viewer: Actor | None, tag: str, page: Page, wish: Wish) -> list[Entry]:
    """Public posts with a hashtag (or one of `any_of`), with all of `all_of` and none of `none_of`."""
    names = [name.lower() for name in (tag, *wish.any_of)]
    query = _seen_by(_public(wish), viewer).where(_has_tag(names))
    for name in wish.all_of:
        query = query.where(_has_tag([name.lower()]))
    if wish.none_of:
        query = query.where(~_has_tag([name.lower() for name in wish.none_of]))
    return _merged(session, [query], None, page)


def of_actor(
    session: Session,
    actor: Actor,
    viewer: Actor | None,
    page: Page,
    *,
    only_media: bool = False,
    exclude_replies: bool = False,
    exclude_reblogs: bool = False,
    tag: str | None = None,
) -> list[Entry]:
    """What an actor posted and boosted, as far as `viewer` may see it."""
    if not actor.available or (viewer is not None and relations.blocked_between(session, viewer.id, actor.id)):
        return []
    written = _published().where(Post.actor_id == actor.id, _audience(session, actor, viewer))
    if only_media:
        written = written.where(_has_media())
    if exclude_replies:
        written = written.where(_no_reply_to_others())
    if tag:
        written = written.where(_has_tag([tag.lower()]))
    boosted = None
    if not (exclude_reblogs or only_media or tag):
        boosted = _boosts().where(Boost.actor_id == actor.id, Post.visibility.in_(OPEN), _boost_audience(actor, viewer))
        if viewer is not None:
            boosted = boosted.where(relations.not_blocked(viewer, Post.actor_id))
    return _merged(session, [written], boosted, page)


def _widening(session: Session, written: Sequence[Select[Post]], boosted: Select[Boost], page: Page) -> list[Entry]:
    """`_merged`, in windows of time beside the page's end, the next one as wide as the last one was empty."""
    now = clock.new_id()
    window = FIRST_WINDOW
    while True:
        if page.min_id is not None:
            edge = page.min_id + window
            last = edge >= min(now, page.max_id or now)
            part = page if last else replace(page, max_id=edge)
        else:
            edge = min(now, page.max_id or now) - window
            last = edge <= (page.since_id or 0)
            part = page if last else replace(page, since_id=edge)
        found = _merged(session, written, boosted, part)
        if last or len(found) >= page.limit:
            return found
        window *= max(4, 2 * page.limit // len(found)) if found else 16


def _merged(
    session: Session,
    written: Sequence[Select[Post]],
    boosted: Select[Boost] | None,
    page: Page,
) -> list[Entry]:
    found = [
        Entry(post.id, post) for query in written for post in session.scalars(narrow(query, Post.id, page)).unique()
    ]
    if boosted is not None:
        rows = session.scalars(narrow(boosted, Boost.id, page)).unique()
        found += [Entry(boost.id, boost.post, boost) for boost in rows]
    oldest_first = page.min_id is not None
    found.sort(key=lambda entry: entry.id, reverse=not oldest_first)
    kept = found[: page.limit]
    return list(reversed(kept)) if oldest_first else kept


def _published() -> Select[Post]:
    return (
        select(Post)
        .join(Actor, Actor.id == Post.actor_id)
        .where(Post.state == PostState.PUBLISHED, Actor.suspended_at.is_(None), Actor.deleted_at.is_(None))
    )


def _boosts() -> Select[Boost]:
    booster = aliased(Actor)
    return (
        select(Boost)
        .join(Post, Post.id == Boost.post_id)
        .join(Actor, Actor.id == Post.actor_id)
        .join(booster, booster.id == Boost.actor_id)
        .where(Post.state == PostState.PUBLISHED, Actor.suspended_at.is_(None), Actor.deleted_at.is_(None))
        .where(booster.suspended_at.is_(None), booster.deleted_at.is_(None))
    )


def _public(wish: Wish) -> Select[Post]:
    query = _published().where(Post.visibility == Visibility.PUBLIC)
    if wish.local and not wish.remote:
        query = query.where(Post.local.is_(True))
    if wish.remote and not wish.local:
        query = query.where(Post.local.is_(False))
    return query.where(_has_media()) if wish.only_media else query


def _seen_by(query: Select[Post], viewer: Viewer | None) -> Select[Post]:
    """Limited actors only for those who follow them; nobody one blocked or muted."""
    if viewer is None:
        return query.where(Actor.limited_at.is_(None))
    sources = _sources(viewer)
    known = or_(Actor.limited_at.is_(None), Post.actor_id == viewer.id, Post.actor_id.in_(sources))
    return query.where(known, or_(Post.actor_id == viewer.id, relations.hears(viewer, Post.actor_id)))


def _sources(viewer: Viewer, *, boosting: bool = False) -> Select[int]:
    query = select(Follow.followee_id).where(Follow.follower_id == viewer.id, Follow.state == FollowState.ACCEPTED)
    if not isinstance(viewer, Actor):
        query = query.correlate(viewer)  # not by itself, two levels down
    return query.where(Follow.show_boosts.is_(True)) if boosting else query


def _tagged(session: Session, viewer: Actor, *, only_media: bool) -> Select[Post] | None:
    """Public posts with a hashtag that the viewer follows; None for who follows none."""
    names = list(session.scalars(select(TagFollow.name).where(TagFollow.actor_id == viewer.id)))
    if not names:
        return None
    found = _seen_by(_public(Wish(only_media=only_media)), viewer).where(Post.actor_id != viewer.id, _has_tag(names))
    return found.where(Post.actor_id.not_in(_sources(viewer)))


def _and_me(viewer: Viewer, sources: Select[int]) -> CompoundSelect[int]:
    return union_all(select(literal(viewer.id, BigInteger)), sources)


def _apart(viewer: Viewer) -> Select[int]:
    """The members of the viewer's exclusive lists, whom home leaves out."""
    return (
        select(CircleMember.actor_id)
        .join(Circle, Circle.id == CircleMember.circle_id)
        .join(Account, Account.id == Circle.account_id)
        .where(Account.actor_id == viewer.id, Circle.exclusive.is_(True))
    )


def _home_takes_post(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What `home` asks of a post of those who are followed."""
    return [
        _for_reader(viewer, followed=True),
        _reply_concerns(viewer, _sources(viewer)),
        or_(Post.actor_id == viewer.id, relations.hears(viewer, Post.actor_id)),
        Post.actor_id.not_in(_apart(viewer)),
    ]


def _home_takes_boost(viewer: Viewer) -> list[ColumnElement[bool]]:
    return [
        Boost.visibility != Visibility.DIRECT,
        Post.visibility.in_(OPEN),
        relations.hears(viewer, Post.actor_id),
        relations.hears(viewer, Boost.actor_id),
        ~_echo(viewer),
        Boost.actor_id.not_in(_apart(viewer)),
    ]


def _for_reader(viewer: Viewer, *, followed: bool) -> ColumnElement[bool]:
    """The visibilities that reach a reader: direct posts only when they name them."""
    reached = (*OPEN, Visibility.FOLLOWERS) if followed else OPEN
    return or_(Post.visibility.in_(reached), Post.actor_id == viewer.id, _mentions(viewer))


def _mentions(viewer: Viewer) -> ColumnElement[bool]:
    mention = aliased(Mention)
    return exists().where(mention.post_id == Post.id, mention.actor_id == viewer.id)


def _audience(session: Session, actor: Actor, viewer: Actor | None) -> ColumnElement[bool]:
    if viewer is None:
        return Post.visibility.in_(OPEN)
    if viewer.id == actor.id:
        return Post.visibility.in_(list(Visibility))
    follows = session.scalar(_sources(viewer).where(Follow.followee_id == actor.id)) is not None
    return _for_reader(viewer, followed=follows)


def _boost_audience(actor: Actor, viewer: Actor | None) -> ColumnElement[bool]:
    if viewer is not None and viewer.id == actor.id:
        return Boost.visibility.in_(list(Visibility))
    return Boost.visibility.in_(OPEN)


def _reply_concerns(viewer: Viewer, sources: Select[int]) -> ColumnElement[bool]:
    """A reply comes home only when it answers oneself or somebody one follows (or is one's own)."""
    parent = aliased(Post)
    to_known = exists().where(
        parent.id == Post.in_reply_to_id,
        or_(parent.actor_id == viewer.id, parent.actor_id.in_(sources), parent.actor_id == Post.actor_id),
    )
    return or_(Post.in_reply_to_uri.is_(None), Post.actor_id == viewer.id, to_known, _mentions(viewer))


def _reply_in_circle(viewer: Actor, circle: Circle, members: Select[int]) -> ColumnElement[bool]:
    """Answers to the viewer always; otherwise as the list's policy says."""
    if circle.replies_policy == RepliesPolicy.FOLLOWED:
        return _reply_concerns(viewer, _sources(viewer))
    if circle.replies_policy == RepliesPolicy.LIST:
        return _reply_concerns(viewer, members)
    parent = aliased(Post)
    to_me = exists().where(parent.id == Post.in_reply_to_id, parent.actor_id == viewer.id)
    return or_(Post.in_reply_to_uri.is_(None), to_me)


def _no_reply_to_others() -> ColumnElement[bool]:
    parent = aliased(Post)
    to_self = exists().where(parent.id == Post.in_reply_to_id, parent.actor_id == Post.actor_id)
    return or_(Post.in_reply_to_uri.is_(None), to_self)


def _has_media() -> ColumnElement[bool]:
    ours, theirs = aliased(Media), aliased(RemoteMedia)
    return or_(exists().where(ours.post_id == Post.id), exists().where(theirs.post_id == Post.id))


def _has_tag(names: Sequence[str]) -> ColumnElement[bool]:
    tag = aliased(PostTag)
    return exists().where(tag.post_id == Post.id, tag.name.in_(names))


def _echo(viewer: Viewer) -> ColumnElement[bool]:
    """Whether home had the post already: by its author, or by an earlier boost."""
    earlier = aliased(Boost)
    sources = _sources(viewer)
    written = and_(or_(Post.actor_id.in_(sources), Post.actor_id == viewer.id), Boost.id - Post.id < ECHO)
    boosted = exists().where(
        earlier.post_id == Boost.post_id,
        earlier.id < Boost.id,
        Boost.id - earlier.id < ECHO,
        or_(earlier.actor_id == viewer.id, earlier.actor_id.in_(_sources(viewer, boosting=True))),
    )
    return or_(written, boosted)
