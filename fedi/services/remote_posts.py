"""Posts of other servers: kept from plain values, changed, deleted, and whether anybody here is concerned."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, delete, select
from sqlalchemy import update as update_rows
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.errors import Conflict
from fedi.models.actor import Actor
from fedi.models.happening import HappeningKind
from fedi.models.inbox_message import Tombstone
from fedi.models.interaction import Bookmark, Boost, Like
from fedi.models.media import RemoteMedia
from fedi.models.notification import Notification, NotificationKind
from fedi.models.poll import Poll
from fedi.models.post import POSTS, Mention, Post, PostEdit, PostState, PostTag, Visibility
from fedi.policy.disclosure import AiUse
from fedi.services import (
    accounts,
    boosters,
    conversations,
    domains,
    follows,
    happenings,
    notifications,
    polls,
    quotations,
)

NEWS = timedelta(hours=6)
NAMELESS = "thread:"  # begins what stands for a conversation that its server gives no name; told to nobody


@dataclass(frozen=True)
class RemoteAttachment:
    url: str
    mime: str = ""
    alt: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] = (0.0, 0.0)
    terms: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RemotePost:
    """A post as another server tells it, checked and within limits; `content` is sanitised HTML, `summary` plain."""

    uri: str
    actor_uri: str
    visibility: Visibility
    url: str | None = None
    content: str = ""
    summary: str = ""
    sensitive: bool = False
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    in_reply_to: str | None = None
    conversation: str | None = None
    tags: Sequence[tuple[str, str]] = ()  # (lower-case name, label), without '#'
    mentions: Sequence[str] = ()  # actor ids that are tagged
    addressed: Sequence[str] = ()  # actor ids in to and cc
    attachments: Sequence[RemoteAttachment] = ()
    consent: str | None = None
    licence: str | None = None
    terms: Mapping[str, Any] | None = None
    ai: AiUse | None = None
    counts: Mapping[str, int] | None = None
    question: polls.RemoteQuestion | None = None
    quote: str | None = None  # the id of what it quotes
    quote_authorization: str | None = None
    policies: Mapping[str, Any] | None = None
    emojis: Mapping[str, str] | None = None


def by_uri(session: Session, uri: str) -> Post | None:
    """Any post by its id or its page address, withdrawn ones too."""
    found = session.scalar(select(Post).where(Post.uri == uri))
    return found or session.scalar(select(Post).where(Post.url == uri).limit(1))


def by_id_uri(session: Session, uri: str) -> Post | None:
    """Any post by its id alone."""
    id_ = db.ask(session, _BY_URI, address=uri).scalar()
    return session.get(Post, id_) if id_ is not None else None


def is_gone(session: Session, uri: str, *, of: str | None = None) -> bool:
    """Whether this id was deleted for good; `of` asks for a deletion by that actor, as a neighbour's counts nothing."""
    by = db.ask(session, _BURIED, address=uri).scalar()
    return by is not None and of in {None, by}


_ADDRESS = bindparam("address", type_=String)
_BY_URI = select(Post.id).where(Post.uri == _ADDRESS)
_ADOPT = (
    update_rows(Post)
    .where(Post.in_reply_to_uri == _ADDRESS, Post.in_reply_to_id.is_(None))
    .values(in_reply_to_id=bindparam("parent", type_=BigInteger))
)
_BURIED = select(Tombstone.actor_uri).where(Tombstone.uri == _ADDRESS)
# What is known of the address of a new post, and whether the id that it would get is somebody's: many posts are dated
# to the same second.
_KNOWN = select(
    _BURIED.scalar_subquery().label("buried_by"),
    _BY_URI.scalar_subquery().label("id"),
    select(Post.id).where(Post.id == bindparam("post", type_=BigInteger)).scalar_subquery().label("taken"),
)


def concerns_us(session: Session, author: Actor, values: RemotePost) -> bool:
    """The relevance rule: somebody here follows the author, is named, or a post of ours is answered or quoted."""
    if follows.has_local_follower(session, author):
        return True
    named = {*values.mentions, *values.addressed}
    if named and session.scalar(select(Actor.id).where(Actor.uri.in_(named), Actor.domain_key == "").limit(1)):
        return True
    for uri in (values.in_reply_to, values.quote):
        post = by_uri(session, uri) if uri else None
        if post is not None and post.local and post.state == PostState.PUBLISHED:
            return True
    return False


def store(session: Session, author: Actor, values: RemotePost, *, tell: bool = True) -> Post:
    """Keep a new post; a known one is returned unchanged. Raises Conflict for an id that was deleted.

    `tell` notifies the people here that it names. A post of another author under this id is never touched.
    """
    at = _not_in_future(values.published_at)
    id_ = _post_id(at)
    known = db.ask(session, _KNOWN, address=values.uri, post=id_).one()
    if known.buried_by == author.uri:
        raise Conflict("this post was deleted")
    if known.id is not None:
        post = session.get_one(Post, known.id)
        if post.actor_id != author.id:
            raise Conflict("this post belongs to somebody else")
        return post
    while known.taken is not None:
        id_ = _post_id(at)
        known = db.ask(session, _KNOWN, address=values.uri, post=id_).one()
    parent = by_uri(session, values.in_reply_to) if values.in_reply_to else None
    columns = {
        "id": id_,
        "uri": values.uri,
        "actor_id": author.id,
        "local": False,
        "state": PostState.PUBLISHED,
        "visibility": values.visibility,
        "in_reply_to_id": parent.id if parent and parent.state == PostState.PUBLISHED else None,
        "in_reply_to_uri": values.in_reply_to,
        "conversation": (parent.conversation if parent else None) or values.conversation or _nameless(values.uri),
        "created_at": at,
        "published_at": at,
        "edited_at": _edited(values, at),
        "remote_counts": dict(values.counts) if values.counts else None,
        **_said(values),
    }
    db.insert(session, Post, columns)
    post = db.written(session, Post(**columns), actor=author, tags=[], mentions=[])
    _relate(session, post, values)
    session.flush()
    if values.question is not None:
        polls.keep(session, post, values.question)
    if values.quote is not None:
        quotations.keep(session, post, values.quote, values.quote_authorization)
    _adopt_replies(session, post)
    if _is_news(post):
        happenings.of_post(session, HappeningKind.POST, post)
        follows.tell(session, post)
    conversations.said(session, post)
    if tell:
        _notify(session, post, values)
    return post


def update(session: Session, post: Post, values: RemotePost) -> bool:
    """Take a newer version of a known post; whether anything a reader sees changed.

    Without `updated`, or with one that is not newer, only the counts, the policies and the consent of a quote are
    taken (Mastodon does the same). Visibility and time of publication never change.
    """
    post.remote_counts = dict(values.counts) if values.counts else post.remote_counts
    post.policies = dict(values.policies) if values.policies else None
    at, last = values.updated_at, post.edited_at or post.published_at or post.created_at
    if at is None or at <= last:
        polls.recount(session, post, values.question)
        quote = quotations.of_post(session, post)
        if quote is not None and quote.quoted_uri == values.quote:
            quotations.keep(session, post, values.quote, values.quote_authorization)
        session.flush()
        return False
    before = _seen(session, post)
    kept = PostEdit(
        post_id=post.id,
        content=post.content,
        summary=post.summary,
        sensitive=post.sensitive,
        media=[{"url": url, "alt": alt} for url, alt in before[3]],
        poll_options=polls.options(session, post),
        created_at=post.edited_at or post.published_at or post.created_at,
    )
    mentioned = {mention.actor_id for mention in post.mentions if not mention.silent}
    _write(session, post, values)
    polls.keep(session, post, values.question)
    quotations.keep(session, post, values.quote, values.quote_authorization)
    session.flush()
    if _seen(session, post) == before:
        return False
    session.add(kept)
    post.edited_at = min(at, clock.now())
    session.flush()
    _notify(session, post, values, but=mentioned)
    boosters.tell_of_edit(session, post)
    happenings.of_post(session, HappeningKind.EDIT, post)
    quotations.tell_of_edit(session, post)
    return True


def remove(session: Session, post: Post) -> None:
    """Its server deleted it: nothing of it stays but the id, which is never taken again."""
    bury(session, post.uri, post.actor.uri)
    conversations.unsaid(session, post)
    for model in (Like, Boost, Bookmark, Notification, PostEdit, RemoteMedia, Poll):
        session.execute(delete(model).where(model.post_id == post.id))
    quotations.forget(session, post)
    post.tags.clear()
    post.mentions.clear()
    post.content = post.summary = ""
    post.pinned_at = None
    session.flush()
    if post.state == PostState.PUBLISHED:
        happenings.of_post(session, HappeningKind.DELETE, post)
        POSTS.move(post, PostState.WITHDRAWN)


def bury(session: Session, uri: str, actor_uri: str) -> None:
    """Remember that an id is gone, known or not: a Create that comes late has no effect."""
    row = session.get(Tombstone, uri)
    if row is None:
        session.add(Tombstone(uri=uri, actor_uri=actor_uri))
    else:
        row.actor_uri = actor_uri
    session.flush()


def attachments(session: Session, post: Post) -> list[RemoteMedia]:
    return of_posts(session, [post.id]).get(post.id, [])


def of_posts(session: Session, post_ids: Sequence[int]) -> dict[int, list[RemoteMedia]]:
    """Attachments of many remote posts, in one query."""
    found: dict[int, list[RemoteMedia]] = {}
    query = select(RemoteMedia).where(RemoteMedia.post_id.in_(post_ids)).order_by(RemoteMedia.position)
    for row in session.scalars(query):
        found.setdefault(row.post_id, []).append(row)
    return found


def _nameless(uri: str) -> str:
    """A thread can be muted, and what is said in private is listed, also where nobody says `context`."""
    return f"{NAMELESS}{hashlib.sha256(uri.encode()).hexdigest()}"


def _said(values: RemotePost) -> dict[str, Any]:
    """The columns of what an author may change."""
    return {
        "url": values.url,
        "content": values.content,
        "summary": values.summary,
        "sensitive": values.sensitive,
        "language": values.language,
        "consent": values.consent,
        "licence": values.licence,
        "ai": values.ai,
        "terms": dict(values.terms) if values.terms else None,
        "emojis": dict(values.emojis) if values.emojis else None,
        "policies": dict(values.policies) if values.policies else None,
    }


def _write(session: Session, post: Post, values: RemotePost) -> None:
    before = attachments(session, post)
    for name, value in _said(values).items():
        setattr(post, name, value)
    post.remote_counts = dict(values.counts) if values.counts else post.remote_counts
    _relate(session, post, values, before)


def _relate(session: Session, post: Post, values: RemotePost, before: Sequence[RemoteMedia] = ()) -> None:
    _set_tags(post, values.tags)
    _set_mentions(session, post, values)
    shown = values.attachments
    if shown and domains.rejects_media(session, post.actor.host):
        shown = ()
    _set_media(session, post, shown, before)


def _set_tags(post: Post, tags: Sequence[tuple[str, str]]) -> None:
    wanted = dict(tags)
    have = {tag.name: tag for tag in post.tags}
    for name in have.keys() - wanted.keys():
        post.tags.remove(have[name])
    for position, (name, label) in enumerate(wanted.items()):
        if name in have:
            have[name].label, have[name].position = label, position
        else:
            post.tags.append(PostTag(name=name, label=label, position=position))


def _set_mentions(session: Session, post: Post, values: RemotePost) -> None:
    """Mentions of known actors; those only addressed are silent, those that an edit drops go silent."""
    named = {*values.mentions, *values.addressed}
    actors = session.scalars(select(Actor).where(Actor.uri.in_(named))).all() if named else []
    have = {mention.actor_id: mention for mention in post.mentions}
    wanted = {actor.id: (actor, actor.uri not in values.mentions) for actor in actors if actor.id != post.actor_id}
    for actor_id, mention in have.items():
        if actor_id not in wanted:
            mention.silent = True
    for actor_id, (actor, silent) in wanted.items():
        if actor_id in have:
            have[actor_id].silent = silent
            continue
        made = Mention(actor_id=actor_id, silent=silent)
        made.actor = actor
        post.mentions.append(made)


def _set_media(session: Session, post: Post, wanted: Sequence[RemoteAttachment], before: Sequence[RemoteMedia]) -> None:
    """A picture whose address stays keeps its row and id."""
    have = {row.url: row for row in before}
    new = []
    for position, each in enumerate(wanted):
        row = have.pop(each.url, None)
        if row is None:
            new.append({"post_id": post.id, **_medium(each, position)})
            continue
        for name, value in _medium(each, position).items():
            setattr(row, name, value)
    for gone in have.values():
        session.delete(gone)
    if new:
        db.insert(session, RemoteMedia, *new)


def _medium(said: RemoteAttachment, position: int) -> dict[str, Any]:
    return {
        "url": said.url,
        "position": position,
        "mime": said.mime,
        "alt": said.alt,
        "blurhash": said.blurhash,
        "width": said.width,
        "height": said.height,
        "focus_x": said.focus[0],
        "focus_y": said.focus[1],
        "terms": dict(said.terms) if said.terms else None,
    }


def _seen(session: Session, post: Post) -> tuple[str, str, bool, tuple[tuple[str, str], ...], tuple[str, ...]]:
    media = tuple((row.url, row.alt) for row in attachments(session, post))
    poll = session.get(Poll, post.id)
    return post.content, post.summary, post.sensitive, media, tuple(poll.options if poll else ())


def _adopt_replies(session: Session, post: Post) -> None:
    """Answers that came before what they answer."""
    db.ask(session, _ADOPT, address=post.uri, parent=post.id)


def _notify(session: Session, post: Post, values: RemotePost, but: set[int] | None = None) -> None:
    """People here that are both tagged and addressed, once each, and nobody twice for an edit."""
    for mention in post.mentions:
        if mention.silent or mention.actor_id in (but or set()) or not mention.actor.local:
            continue
        if mention.actor.uri not in values.addressed:
            continue
        account = accounts.of_actor(session, mention.actor)
        if account is not None:
            notifications.notify(session, account, NotificationKind.MENTION, post.actor, post)


def _is_news(post: Post) -> bool:
    """Old posts that threads and backfills bring are for those who look, not for those who listen."""
    return (post.published_at or post.created_at) > clock.now() - NEWS


def _edited(values: RemotePost, at: datetime) -> datetime | None:
    if values.updated_at is None or values.updated_at <= at:
        return None
    return min(values.updated_at, clock.now())


def _not_in_future(at: datetime | None) -> datetime:
    now = clock.now()
    return min(at, now) if at is not None and at.year >= 1970 else now


def _post_id(at: datetime) -> int:
    """Sorts by the time of publication, but not so far back that a late arrival is never seen in a timeline."""
    return clock.new_id(max(at, clock.now() - timedelta(days=3650)))
