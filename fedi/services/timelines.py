"""Timelines: home, public, hashtag, and what one actor posted; each one keyset query over posts and one over boosts.

Posts and boosts share one id space that sorts by time, so a timeline is the merge of two short, indexed lists.

Home is looked for in two ways (docs/decisions/0014). Who follows few: each of the followed is asked for what they wrote
in a window of time, which widens until the page is full; without one a database reads everything they ever wrote to
sort it. Who follows many: the last posts of everybody are walked, asking of each whether its author is followed; where
that does not fill the page, as above.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from fedi import clock, db
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.circle import Circle, CircleMember, RepliesPolicy
from fedi.models.follow import Follow, FollowState
from fedi.models.interaction import Boost
from fedi.models.media import Media, RemoteMedia
from fedi.models.post import Mention, Post, PostState, PostTag, Visibility
from fedi.models.tag_follow import TagFollow
from fedi.services import relations
from fedi.services.paging import Page
from fedi.services.relations import Reader

OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)
HOUR = 3600 * 1000 << 16  # ids hold milliseconds above 16 random bits
FIRST_WINDOW = 12 * HOUR
# A boost does not bring back what home had in the last three days.
ECHO = 3 * 24 * HOUR
MANY = 100  # so many are followed that asking each of them takes longer than walking by
WALK = 4000  # posts that are walked by
MAX_ID = (1 << 63) - 1
Q = TypeVar("Q", Select[Post], Select[Boost])


READER = Reader()
# The reader of a prepared query, or the actors' table itself: then a condition speaks of many readers at once.
Viewer = Reader | type[Actor]


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


@dataclass(frozen=True)
class Query:
    """The queries of a timeline, written once: SQLAlchemy takes far longer to put them together than to ask them."""

    written: Sequence[Select[Post]]
    boosted: Select[Boost] | None = None


def home(session: Session, viewer: Actor, page: Page, *, only_media: bool = False) -> list[Entry]:
    """What the people one follows post and boost, one's own, and what has a hashtag that one follows."""
    db.keep_plans(session)
    given: dict[str, Any] = {"reader": viewer.id}
    names = list(session.scalars(_FOLLOWED_TAGS, given))
    shape = {"tagged": bool(names), "only_media": only_media, "oldest_first": page.min_id is not None}
    given |= {"names": names} if names else {}
    if session.scalar(_FOLLOWS_MANY, given) is not None:
        end = _end_of_walk(session, page)
        found = _merged(session, _home(**shape, walking=True), end or page, given)
        if end is None or len(found) >= page.limit:
            return found
    return _widening(session, _home(**shape, walking=False), page, given)


@lru_cache
def _home(*, tagged: bool, only_media: bool, oldest_first: bool, walking: bool) -> Query:
    if walking:
        by_followed = or_(Post.actor_id == READER.id, _follows(READER, Post.actor_id))
        boosted_by = or_(Boost.actor_id == READER.id, _follows(READER, Boost.actor_id, boosting=True))
    else:
        by_followed = Post.actor_id.in_(_and_me(READER, _sources(READER)))
        boosted_by = Boost.actor_id.in_(_and_me(READER, _sources(READER, boosting=True)))
    written = [_published().where(by_followed, *_home_takes_post(READER))]
    if tagged:
        found = _seen_by(_public(Wish()), READER).where(Post.actor_id != READER.id, _has_tag(_names("names")))
        written.append(found.where(~_follows(READER, Post.actor_id)))
    boosted = _boosts().where(boosted_by, *_home_takes_boost(READER))
    return _prepare(written, boosted, only_media=only_media, oldest_first=oldest_first)


def _end_of_walk(session: Session, page: Page) -> Page | None:
    """The page with the end of the walk as its bound; None when there are not so many posts."""
    if page.min_id is not None:
        end = session.scalar(_WALK_UP, {"above": page.min_id, "walk": WALK})
        return None if end is None or end >= (page.max_id or MAX_ID) else replace(page, max_id=end)
    end = session.scalar(_WALK_DOWN, {"below": page.max_id or MAX_ID, "walk": WALK})
    return None if end is None or end <= (page.since_id or 0) else replace(page, since_id=end)


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
        owner = session.get_one(Account, circle.account_id).actor_id
        written, boosted = _of_circle(circle.replies_policy)
        query: Select[Any] = written.where(Post.id == entry.post.id)
        if entry.boost is not None:
            query = boosted.where(Boost.id == entry.boost.id)
        if session.scalars(query, {"reader": owner, "circle": circle.id}).first() is not None:
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
    db.keep_plans(session)
    query = _circle(circle.replies_policy, only_media=only_media, oldest_first=page.min_id is not None)
    return _widening(session, query, page, {"reader": viewer.id, "circle": circle.id})


@lru_cache
def _circle(policy: RepliesPolicy, *, only_media: bool, oldest_first: bool) -> Query:
    written, boosted = _of_circle(policy)
    return _prepare([written], boosted, only_media=only_media, oldest_first=oldest_first)


@lru_cache
def _of_circle(policy: RepliesPolicy) -> tuple[Select[Post], Select[Boost]]:
    members = select(CircleMember.actor_id).where(CircleMember.circle_id == bindparam("circle", type_=BigInteger))
    written = (
        _published()
        .where(Post.actor_id.in_(members), _for_the_list(READER), relations.hears(READER, Post.actor_id))
        .where(_reply_in_circle(policy, members))
    )
    boosted = (
        _boosts()
        .where(Boost.actor_id.in_(members), _boosted_for(READER), _may_be_boosted())
        .where(relations.hears(READER, Post.actor_id), relations.hears(READER, Boost.actor_id))
    )
    return written, boosted


def public(session: Session, viewer: Actor | None, page: Page, wish: Wish) -> list[Entry]:
    """Everything public that is no reply to somebody else, of everyone who is not limited."""
    query = _everybody(
        signed_in=viewer is not None, local=wish.local, remote=wish.remote, only_media=wish.only_media,
        oldest_first=page.min_id is not None,
    )  # fmt: skip
    return _merged(session, query, page, _reading(viewer))


@lru_cache
def _everybody(*, signed_in: bool, local: bool, remote: bool, only_media: bool, oldest_first: bool) -> Query:
    query = _seen_by(_public(Wish(local=local, remote=remote)), READER if signed_in else None)
    return _prepare([query.where(_no_reply_to_others())], None, only_media=only_media, oldest_first=oldest_first)


def tagged(session: Session, viewer: Actor | None, tag: str, page: Page, wish: Wish) -> list[Entry]:
    """Public posts with a hashtag (or one of `any_of`), with all of `all_of` and none of `none_of`."""
    query = _hashtag(
        signed_in=viewer is not None, local=wish.local, remote=wish.remote, only_media=wish.only_media,
        also=len(wish.all_of), but=bool(wish.none_of), oldest_first=page.min_id is not None,
    )  # fmt: skip
    given = _reading(viewer) | {"names": [name.lower() for name in (tag, *wish.any_of)]}
    given |= {f"also{number}": [name.lower()] for number, name in enumerate(wish.all_of)}
    if wish.none_of:
        given["but"] = [name.lower() for name in wish.none_of]
    return _merged(session, query, page, given)


@lru_cache
def _hashtag(
    *, signed_in: bool, local: bool, remote: bool, only_media: bool, also: int, but: bool, oldest_first: bool
) -> Query:
    query = _seen_by(_public(Wish(local=local, remote=remote)), READER if signed_in else None)
    query = query.where(_has_tag(_names("names")), *(_has_tag(_names(f"also{number}")) for number in range(also)))
    if but:
        query = query.where(~_has_tag(_names("but")))
    return _prepare([query], None, only_media=only_media, oldest_first=oldest_first)


def _reading(viewer: Actor | None) -> dict[str, Any]:
    return {"reader": viewer.id} if viewer is not None else {}


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
    query = _author(
        _nearness(session, actor, viewer), replies=not exclude_replies, tagged=bool(tag), only_media=only_media,
        boosts=not (exclude_reblogs or only_media or tag), oldest_first=page.min_id is not None,
    )  # fmt: skip
    given = _reading(viewer) | {"author": actor.id} | ({"names": [tag.lower()]} if tag else {})
    return _merged(session, query, page, given)


class Nearness(StrEnum):
    """How a reader stands to an author."""

    STRANGER = "stranger"
    READER = "reader"
    FOLLOWER = "follower"
    AUTHOR = "author"


@lru_cache
def _author(
    near: Nearness, *, replies: bool, boosts: bool, tagged: bool, only_media: bool, oldest_first: bool
) -> Query:
    author = bindparam("author", type_=BigInteger)
    written = _published().where(Post.actor_id == author)
    if near == Nearness.STRANGER:
        written = written.where(Post.visibility.in_(OPEN))
    elif near != Nearness.AUTHOR:
        written = written.where(_for_reader(READER, followed=near == Nearness.FOLLOWER))
    if not replies:
        written = written.where(_no_reply_to_others())
    if tagged:
        written = written.where(_has_tag(_names("names")))
    boosted = None
    if boosts:
        boosted = _boosts().where(Boost.actor_id == author, _may_be_boosted())
        if near in {Nearness.STRANGER, Nearness.READER}:
            boosted = boosted.where(Boost.visibility.in_(OPEN))
        if near != Nearness.STRANGER:
            boosted = boosted.where(relations.not_blocked(READER, Post.actor_id))
    return _prepare([written], boosted, only_media=only_media, oldest_first=oldest_first)


def _nearness(session: Session, actor: Actor, viewer: Actor | None) -> Nearness:
    if viewer is None:
        return Nearness.STRANGER
    if viewer.id == actor.id:
        return Nearness.AUTHOR
    follows = session.scalar(_FOLLOWS, {"reader": viewer.id, "author": actor.id}) is not None
    return Nearness.FOLLOWER if follows else Nearness.READER


def _widening(session: Session, query: Query, page: Page, given: Mapping[str, Any]) -> list[Entry]:
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
        found = _merged(session, query, part, given)
        if last or len(found) >= page.limit:
            return found
        window *= max(4, 2 * page.limit // len(found)) if found else 16


def _prepare(
    written: Sequence[Select[Post]], boosted: Select[Boost] | None, *, only_media: bool, oldest_first: bool
) -> Query:
    """The queries with their page's bounds, which are given when they are asked."""
    if only_media:
        written = [query.where(_has_media()) for query in written]
        boosted = boosted.where(_has_media()) if boosted is not None else None
    return Query(
        [_bounded(query, Post.id, oldest_first=oldest_first) for query in written],
        _bounded(boosted, Boost.id, oldest_first=oldest_first) if boosted is not None else None,
    )


def _bounded(query: Q, column: InstrumentedAttribute[int], *, oldest_first: bool) -> Q:
    below, above = (bindparam(name, type_=BigInteger) for name in ("below", "above"))
    order = column.asc() if oldest_first else column.desc()
    return query.where(column < below, column > above).order_by(order).limit(bindparam("most", type_=Integer))


def _merged(session: Session, query: Query, page: Page, given: Mapping[str, Any]) -> list[Entry]:
    above = max(page.since_id or 0, page.min_id or 0)
    given = {**given, "below": page.max_id if page.max_id is not None else MAX_ID, "above": above, "most": page.limit}
    found = [Entry(post.id, post) for each in query.written for post in session.scalars(each, given).unique()]
    if query.boosted is not None:
        rows = session.scalars(query.boosted, given).unique()
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
    known = or_(Actor.limited_at.is_(None), Post.actor_id == viewer.id, _follows(viewer, Post.actor_id))
    return query.where(known, or_(Post.actor_id == viewer.id, relations.hears(viewer, Post.actor_id)))


def _sources(viewer: Reader, *, boosting: bool = False) -> Select[int]:
    query = select(Follow.followee_id).where(Follow.follower_id == viewer.id, Follow.state == FollowState.ACCEPTED)
    return query.where(Follow.show_boosts.is_(True)) if boosting else query


def _follows(viewer: Viewer, author_id: InstrumentedAttribute[int], *, boosting: bool = False) -> ColumnElement[bool]:
    """The condition that the viewer follows a query's author (and wants their boosts)."""
    follow = aliased(Follow)
    wanted = [follow.follower_id == viewer.id, follow.state == FollowState.ACCEPTED, follow.followee_id == author_id]
    if boosting:
        wanted.append(follow.show_boosts.is_(True))
    return exists().where(*wanted).correlate_except(follow)  # whatever it stands in, also two levels down


def _and_me(viewer: Reader, sources: Select[int]) -> CompoundSelect[int]:
    return union_all(select(viewer.id), sources)


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
        _reply_concerns(viewer, lambda parent_id: _follows(viewer, parent_id)),
        or_(Post.actor_id == viewer.id, relations.hears(viewer, Post.actor_id)),
        Post.actor_id.not_in(_apart(viewer)),
        ~_in_another_language(viewer),
    ]


def _in_another_language(viewer: Viewer) -> ColumnElement[bool]:
    """The post says its language, and the viewer wants to read others of its author."""
    follow = aliased(Follow)
    return exists().where(
        follow.follower_id == viewer.id,
        follow.followee_id == Post.actor_id,
        follow.state == FollowState.ACCEPTED,
        follow.spoken.is_not(None),
        follow.spoken.not_like("%," + Post.language + ",%"),
    )


def _home_takes_boost(viewer: Viewer) -> list[ColumnElement[bool]]:
    return [
        Boost.visibility != Visibility.DIRECT,
        _may_be_boosted(),
        relations.hears(viewer, Post.actor_id),
        relations.hears(viewer, Boost.actor_id),
        ~_echo(viewer),
        Boost.actor_id.not_in(_apart(viewer)),
    ]


def _for_reader(viewer: Viewer, *, followed: bool) -> ColumnElement[bool]:
    """The visibilities that reach a reader: direct posts only when they name them."""
    reached = (*OPEN, Visibility.FOLLOWERS) if followed else OPEN
    return or_(Post.visibility.in_(reached), Post.actor_id == viewer.id, _mentions(viewer))


def _may_be_boosted() -> ColumnElement[bool]:
    """What is for everybody, and one's own that is for followers: such a boost is for them, too."""
    own = and_(Post.visibility == Visibility.FOLLOWERS, Post.actor_id == Boost.actor_id)
    return or_(Post.visibility.in_(OPEN), own)


def _boosted_for(viewer: Viewer) -> ColumnElement[bool]:
    """The visibilities of boosts that reach a list, in which somebody may stand who was only asked."""
    near = or_(Boost.actor_id == viewer.id, _follows(viewer, Boost.actor_id))
    return or_(Boost.visibility.in_(OPEN), and_(Boost.visibility == Visibility.FOLLOWERS, near))


def _for_the_list(viewer: Viewer) -> ColumnElement[bool]:
    """The visibilities that reach a list: no direct posts, as in Mastodon, and what is for followers only once one is.

    Somebody who has only been asked may stand in a list, too.
    """
    near = or_(Post.actor_id == viewer.id, _follows(viewer, Post.actor_id), _mentions(viewer))
    return or_(Post.visibility.in_(OPEN), and_(Post.visibility == Visibility.FOLLOWERS, near))


def _mentions(viewer: Viewer) -> ColumnElement[bool]:
    mention = aliased(Mention)
    return exists().where(mention.post_id == Post.id, mention.actor_id == viewer.id)


def _reply_concerns(viewer: Viewer, known: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A reply comes home only when it answers oneself or somebody one follows (or is one's own)."""
    parent = aliased(Post)
    to_known = exists().where(
        parent.id == Post.in_reply_to_id,
        or_(parent.actor_id == viewer.id, known(parent.actor_id), parent.actor_id == Post.actor_id),
    )
    return or_(Post.in_reply_to_uri.is_(None), Post.actor_id == viewer.id, to_known, _mentions(viewer))


def _reply_in_circle(policy: RepliesPolicy, members: Select[int]) -> ColumnElement[bool]:
    """Answers to the reader, and to oneself, always; otherwise as the list's policy says."""
    if policy == RepliesPolicy.FOLLOWED:
        return _reply_concerns(READER, lambda parent_id: _follows(READER, parent_id))
    if policy == RepliesPolicy.LIST:
        return _reply_concerns(READER, lambda parent_id: parent_id.in_(members))
    parent = aliased(Post)
    to_either = or_(parent.actor_id == READER.id, parent.actor_id == Post.actor_id)
    return or_(Post.in_reply_to_uri.is_(None), exists().where(parent.id == Post.in_reply_to_id, to_either))


def _no_reply_to_others() -> ColumnElement[bool]:
    parent = aliased(Post)
    to_self = exists().where(parent.id == Post.in_reply_to_id, parent.actor_id == Post.actor_id)
    return or_(Post.in_reply_to_uri.is_(None), to_self)


def _has_media() -> ColumnElement[bool]:
    ours, theirs = aliased(Media), aliased(RemoteMedia)
    return or_(exists().where(ours.post_id == Post.id), exists().where(theirs.post_id == Post.id))


def _names(name: str) -> BindParameter[Sequence[str]]:
    return bindparam(name, expanding=True)


def _has_tag(names: BindParameter[Sequence[str]]) -> ColumnElement[bool]:
    tag = aliased(PostTag)
    return exists().where(tag.post_id == Post.id, tag.name.in_(names))


def _echo(viewer: Viewer) -> ColumnElement[bool]:
    """Whether home had the post already: by its author, or by an earlier boost."""
    earlier = aliased(Boost)
    written = and_(or_(_follows(viewer, Post.actor_id), Post.actor_id == viewer.id), Boost.id - Post.id < ECHO)
    boosted = exists().where(
        earlier.post_id == Boost.post_id,
        earlier.id < Boost.id,
        Boost.id - earlier.id < ECHO,
        or_(earlier.actor_id == viewer.id, _follows(viewer, earlier.actor_id, boosting=True)),
    )
    return or_(written, boosted)


_FOLLOWED_TAGS = select(TagFollow.name).where(TagFollow.actor_id == READER.id)
_FOLLOWS_MANY = _sources(READER).offset(MANY).limit(1)
_WALK_DOWN = (
    select(Post.id)
    .where(Post.id < bindparam("below", type_=BigInteger))
    .order_by(Post.id.desc())
    .offset(bindparam("walk", type_=Integer))
    .limit(1)
)
_WALK_UP = (
    select(Post.id)
    .where(Post.id > bindparam("above", type_=BigInteger))
    .order_by(Post.id)
    .offset(bindparam("walk", type_=Integer))
    .limit(1)
)
_FOLLOWS = _sources(READER).where(Follow.followee_id == bindparam("author", type_=BigInteger))
