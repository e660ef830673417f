"""The Status entity: a page of timeline entries to JSON in a fixed number of queries."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from fedi import clock, config, db, urls
from fedi.models.account import Account, Role
from fedi.models.actor import Actor
from fedi.models.interaction import Bookmark, Boost, Like
from fedi.models.media import Media, RemoteMedia, StageRun
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.post import Mention, Post, PostState, Visibility
from fedi.models.quote import Quote
from fedi.policy.consent import Consent
from fedi.policy.layers import client_api
from fedi.services import (
    consents,
    filters,
    interaction_policies,
    media,
    media_tokens,
    polls,
    privacy,
    quotations,
    quote_states,
)
from fedi.services.filters import Match
from fedi.services.interaction_policies import Verb
from fedi.services.polls import Ballot
from fedi.services.quote_states import SHOWN
from fedi.services.timelines import Entry
from fedi.text import plain
from fedi.web import emojis
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import filter as filter_entity
from fedi.web.api.entities import media_attachment, poll
from fedi.web.api.entities.account import Counts
from fedi.web.api.entities.plain import untagged, web_address

T = TypeVar("T", int, str)
_VISIBILITY = {Visibility.FOLLOWERS: "private"}


@dataclass
class Shelf:
    """Everything that a page of statuses needs beside the posts themselves, by post or actor id."""

    reader: Account | None = None
    shallow: bool = False  # for what is quoted
    pictures: dict[int, list[Media]] = field(default_factory=dict)
    stages: dict[int, list[StageRun]] = field(default_factory=dict)
    remote: dict[int, list[RemoteMedia]] = field(default_factory=dict)
    likes: dict[int, int] = field(default_factory=dict)
    boosts: dict[int, int] = field(default_factory=dict)
    replies: dict[int, int] = field(default_factory=dict)
    liked: set[int] = field(default_factory=set)
    boosted: set[int] = field(default_factory=set)
    bookmarked: set[int] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    parents: dict[int, int] = field(default_factory=dict)
    ballots: dict[int, Ballot] = field(default_factory=dict)
    quotes: dict[int, Quote] = field(default_factory=dict)
    quote_states: dict[int, str] = field(default_factory=dict)
    quoted: dict[int, dict[str, Any]] = field(default_factory=dict)
    quote_counts: dict[int, int] = field(default_factory=dict)
    matches: dict[int, list[Match]] = field(default_factory=dict)
    approvals: dict[int, str] = field(default_factory=dict)
    deliveries: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[int, Counts] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)

    def hides(self, post: Post, place: str) -> bool:
        return filters.hides(self.matches.get(post.id, ()), place)

    def owns(self, post: Post) -> bool:
        return self.reader is not None and self.reader.actor_id == post.actor_id


def many(
    session: Session, reader: Account | None, entries: Sequence[Entry], *, place: str = ""
) -> list[dict[str, Any]]:
    """Entities of timeline entries, in their order, as `reader` (None: a stranger) sees them.

    In a `place` that a filter names, what it hides is left out, but for one's own.
    """
    shelf = _fill(session, reader, entries)
    return [_entry(shelf, entry) for entry in entries if shelf.owns(entry.post) or not shelf.hides(entry.post, place)]


def of_posts(session: Session, reader: Account | None, posts: Iterable[Post]) -> list[dict[str, Any]]:
    return many(session, reader, [Entry(post.id, post) for post in posts])


def one(session: Session, reader: Account | None, post: Post) -> dict[str, Any]:
    return of_posts(session, reader, [post])[0]


def _fill(session: Session, reader: Account | None, entries: Sequence[Entry], *, shallow: bool = False) -> Shelf:
    posts = {entry.post.id: entry.post for entry in entries}
    ids = db.few_lengths(list(posts))
    actors = {entry.post.actor_id: entry.post.actor for entry in entries}
    actors |= {entry.boost.actor_id: entry.boost.actor for entry in entries if entry.boost}
    shelf = Shelf(reader, shallow)
    shelf.counts = account_entity.counts_of(session, list(actors.values()))
    shelf.roles = account_entity.roles_of(session, actors.values())
    ours, theirs = ([id_ for id_, post in posts.items() if post.local is local] for local in (True, False))
    shelf.pictures = media.of_posts(session, db.few_lengths(ours))
    for row in session.scalars(_REMOTE, {"ids": db.few_lengths(theirs)}) if theirs else ():
        shelf.remote.setdefault(row.post_id, []).append(row)
    tallies = {LIKES: shelf.likes, BOOSTS: shelf.boosts, REPLIES: shelf.replies, QUOTES: shelf.quote_counts}
    for what, post_id, count in session.execute(_TALLIES, {"ids": ids}):
        tallies[what][post_id] = count
    parents = [post.in_reply_to_id for post in posts.values() if post.in_reply_to_id]
    if parents:
        shelf.parents = {row.id: row.actor_id for row in session.execute(_AUTHORS, {"ids": db.few_lengths(parents)})}
    shelf.ballots = polls.of_posts(session, list(posts.values()), reader.actor if reader else None)
    _fill_quotes(session, shelf, posts)
    if reader is not None:
        _fill_own(session, shelf, reader, posts)
    return shelf


def _fill_quotes(session: Session, shelf: Shelf, posts: dict[int, Post]) -> None:
    """What the posts quote, one level deep: of a quote within a quote its id is told."""
    viewer = shelf.reader.actor if shelf.reader else None
    shelf.quotes = quotations.of_posts(session, db.few_lengths(list(posts)))
    shelf.quote_states = {row.id: quote_states.state(session, row, viewer) for row in shelf.quotes.values()}
    if viewer is not None:
        for post in posts.values():
            shelf.approvals[post.id] = interaction_policies.approval(session, post, viewer, Verb.QUOTE).value
    shown = [row.post for row in shelf.quotes.values() if row.post and shelf.quote_states[row.id] in SHOWN]
    if shown and not shelf.shallow:
        inner = _fill(session, shelf.reader, [Entry(post.id, post) for post in shown], shallow=True)
        shelf.quoted = {post.id: _post(inner, post) for post in shown}


def _fill_own(session: Session, shelf: Shelf, reader: Account, posts: dict[int, Post]) -> None:
    ids = db.few_lengths(list(posts))
    mine = reader.actor_id
    own_marks = {LIKES: shelf.liked, BOOSTS: shelf.boosted, BOOKMARKS: shelf.bookmarked}
    for what, post_id in session.execute(_OWN_MARKS, {"ids": ids, "me": mine, "account": reader.id}):
        own_marks[what].add(post_id)
    if held := filters.active(session, reader):
        shelf.matches = filters.matches(held, {post.id: _texts(shelf, post) for post in posts.values()})
    conversations = {post.conversation for post in posts.values() if post.conversation}
    shelf.muted = privacy.muted_among(session, reader, conversations)
    own = [post for post in posts.values() if post.actor_id == mine and post.local]
    if not own:
        return
    for row in session.execute(_DELIVERIES, {"uris": [post.uri for post in own]}):
        shelf.deliveries.setdefault(row[0], {})[row[1].value] = row[2]
    if pictures := [picture.id for post in own for picture in shelf.pictures.get(post.id, [])]:
        for run in session.scalars(_STAGES, {"ids": pictures}):
            shelf.stages.setdefault(run.media_id, []).append(run)


# Written once: SQLAlchemy takes longer to put a query together than to ask it.
LIKES, BOOSTS, REPLIES, QUOTES, BOOKMARKS = range(5)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_REMOTE = select(RemoteMedia).where(RemoteMedia.post_id.in_(_IDS)).order_by(RemoteMedia.position)
_AUTHORS = select(Post.id, Post.actor_id).where(Post.id.in_(_IDS))
_TALLIES: CompoundSelect[Any] = union_all(
    select(literal_column(f"{LIKES}"), Like.post_id, func.count()).where(Like.post_id.in_(_IDS)).group_by(Like.post_id),
    select(literal_column(f"{BOOSTS}"), Boost.post_id, func.count())
    .where(Boost.post_id.in_(_IDS))
    .group_by(Boost.post_id),
    select(literal_column(f"{REPLIES}"), Post.in_reply_to_id, func.count())
    .where(Post.in_reply_to_id.in_(_IDS), Post.state == PostState.PUBLISHED)
    .where(Post.visibility.in_([Visibility.PUBLIC, Visibility.UNLISTED]))  # others are not for everybody to know of
    .group_by(Post.in_reply_to_id),
    select(literal_column(f"{QUOTES}"), Quote.post_id, func.count())
    .where(Quote.post_id.in_(_IDS), *quotations.AGREED)
    .group_by(Quote.post_id),
)
_OWN_MARKS: CompoundSelect[Any] = union_all(
    select(literal_column(f"{LIKES}"), Like.post_id).where(Like.actor_id == bindparam("me"), Like.post_id.in_(_IDS)),
    select(literal_column(f"{BOOSTS}"), Boost.post_id).where(
        Boost.actor_id == bindparam("me"), Boost.post_id.in_(_IDS)
    ),
    select(literal_column(f"{BOOKMARKS}"), Bookmark.post_id).where(
        Bookmark.account_id == bindparam("account"), Bookmark.post_id.in_(_IDS)
    ),
)
_DELIVERIES = (
    select(Outgoing.object_uri, Delivery.state, func.count())
    .join(Delivery, Delivery.outgoing_id == Outgoing.id)
    .where(Outgoing.object_uri.in_(bindparam("uris", expanding=True)))
    .group_by(Outgoing.object_uri, Delivery.state)
)
_STAGES = select(StageRun).where(StageRun.media_id.in_(_IDS)).order_by(StageRun.position)


def _entry(shelf: Shelf, entry: Entry) -> dict[str, Any]:
    inner = _post(shelf, entry.post)
    if entry.boost is None:
        return inner
    return _boost(shelf, entry.boost, inner)


def _post(shelf: Shelf, post: Post) -> dict[str, Any]:
    body = _common(shelf, post)
    parent = post.in_reply_to_id if post.in_reply_to_id in shelf.parents else None
    body |= {
        "id": str(post.id),
        "created_at": clock.iso_millis(post.published_at or post.created_at),
        "in_reply_to_id": str(parent) if parent else None,
        "in_reply_to_account_id": str(shelf.parents[parent]) if parent else None,
        "sensitive": post.covered,
        "spoiler_text": untagged(post.summary),
        "visibility": _VISIBILITY.get(post.visibility, post.visibility.value),
        "language": post.language,
        "uri": post.uri,
        "url": web_address(post.url, post.uri),
        "edited_at": clock.iso_millis(post.edited_at) if post.edited_at else None,
        "content": content(post),
        "reblog": None,
        "application": {"name": post.app_name or "Web", "website": None} if post.local else None,
        "account": _account(shelf, post.actor),
        "media_attachments": attachments(shelf, post),
        "mentions": [_mention(each) for each in post.mentions if not each.silent],
        "tags": [{"name": tag.name, "url": urls.tag(tag.name)} for tag in post.tags],
        "fedi": _fedi(shelf, post),
    }
    if shelf.owns(post) and post.visibility != Visibility.DIRECT:
        body["pinned"] = post.pinned_at is not None
    return body


def _boost(shelf: Shelf, boost: Boost, inner: dict[str, Any]) -> dict[str, Any]:
    body = _common(shelf, boost.post)
    uri = boost.uri or urls.activity(boost.actor.uri, "boost", boost.id)
    return body | {
        "id": str(boost.id),
        "created_at": clock.iso_millis(boost.created_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": inner["sensitive"],
        "spoiler_text": inner["spoiler_text"],
        "visibility": _VISIBILITY.get(boost.visibility, boost.visibility.value),
        "language": None,
        "uri": uri,
        "url": uri,
        "edited_at": None,
        "content": "",
        "reblog": inner,
        "application": None,
        "account": _account(shelf, boost.actor),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "fedi": None,
    }


def _common(shelf: Shelf, post: Post) -> dict[str, Any]:
    told = post.remote_counts or {}
    body: dict[str, Any] = {
        "replies_count": shelf.replies.get(post.id, 0),
        "reblogs_count": max(shelf.boosts.get(post.id, 0), _told(told, "shares")),
        "favourites_count": max(shelf.likes.get(post.id, 0), _told(told, "likes")),
        "quotes_count": shelf.quote_counts.get(post.id, 0),
        "emojis": emojis.entities(post.emojis, post.content, post.summary, *_options(shelf, post)),
        "tagged_collections": [],
        "quote": _quote(shelf, post),
        "card": None,
        "poll": _poll(shelf, post),
        "quote_approval": _quote_approval(shelf, post),
    }
    if shelf.reader is not None:
        body |= {
            "favourited": post.id in shelf.liked,
            "reblogged": post.id in shelf.boosted,
            "muted": post.conversation in shelf.muted,
            "bookmarked": post.id in shelf.bookmarked,
            "filtered": [filter_entity.result(each) for each in shelf.matches.get(post.id, [])],
        }
    return body


def _texts(shelf: Shelf, post: Post) -> list[str]:
    """What a filter looks through: the words, the warning, the answers of a poll, the descriptions of pictures."""
    pictures: list[Media | RemoteMedia] = [*shelf.pictures.get(post.id, []), *shelf.remote.get(post.id, [])]
    said = [post.summary, post.title, plain(post.content), *_options(shelf, post)]
    return [*said, *(each.alt for each in pictures), *(f"#{tag.label}" for tag in post.tags)]


def _options(shelf: Shelf, post: Post) -> list[str]:
    ballot = shelf.ballots.get(post.id)
    return list(ballot.options) if ballot else []


def _poll(shelf: Shelf, post: Post) -> dict[str, Any] | None:
    ballot = shelf.ballots.get(post.id)
    return poll.render(ballot, reader=shelf.reader is not None) if ballot else None


def _quote(shelf: Shelf, post: Post) -> dict[str, Any] | None:
    """Mastodon's Quote, and its ShallowQuote inside of what is quoted."""
    row = shelf.quotes.get(post.id)
    if row is None:
        return None
    state = shelf.quote_states[row.id]
    if shelf.shallow:
        return {"state": state, "quoted_status_id": str(row.post_id) if state in SHOWN else None}
    return {"state": state, "quoted_status": shelf.quoted.get(row.post_id or 0) if state in SHOWN else None}


def _quote_approval(shelf: Shelf, post: Post) -> dict[str, Any]:
    """Who may quote, in Mastodon's words."""
    automatic, manual = interaction_policies.audiences(post, Verb.QUOTE)
    return {"automatic": automatic, "manual": manual, "current_user": shelf.approvals.get(post.id, "denied")}


def has_media(session: Session, post: Post) -> bool:
    """Whether pictures, films or sounds belong to it."""
    theirs = session.scalar(select(RemoteMedia.id).where(RemoteMedia.post_id == post.id).limit(1))
    return theirs is not None or bool(media.of_posts(session, [post.id]).get(post.id))


def content(post: Post) -> str:
    """The HTML that clients show: the title, which they know nothing of, stands above the text."""
    return titled(post.title, post.content)


def titled(title: str, markup: str) -> str:
    return f"<p><strong>{html.escape(title, quote=False)}</strong></p>{markup}" if title else markup


def attachments(shelf: Shelf, post: Post) -> list[dict[str, Any]]:
    brief = shelf.reader is None and config.settings().large_pictures == "brief"
    ours = [
        media_attachment.render(
            row,
            terms=consents.of_picture(row, post),
            owner=shelf.owns(post),
            stages=[run for run in shelf.stages.get(row.id, []) if run.version == row.version],
            token=media_tokens.for_reader(post),
            brief=brief,
        )
        for row in shelf.pictures.get(post.id, [])
    ]
    return ours + [media_attachment.render_remote(row) for row in shelf.remote.get(post.id, [])]


def _fedi(shelf: Shelf, post: Post) -> dict[str, Any]:
    """Ours alone, for clients that know us: the terms, the title, and for the author how it goes."""
    body: dict[str, Any] = {
        "state": post.state.value,
        "title": post.title,
        "artwork": post.artwork,
        "ai": post.ai,
    }
    if post.local:
        body |= client_api.render(consents.of_post(post))
    else:
        said = Consent.parse(post.consent) if post.consent else None
        body |= _consent(said) | {"licence": post.licence, "licence_url": web_address(post.licence) or None}
    body["terms"] = post.terms
    if shelf.owns(post):
        body["own"] = {"consent": post.consent, "licence": post.licence}
        body |= {"reason": post.reason, "deliveries": shelf.deliveries.get(post.uri, {})}
    return body


def _consent(consent: Consent | None) -> dict[str, Any]:
    if consent is None:
        return {"consent": None, "axes": None}
    return {"consent": consent.text, "axes": {name: str(value) for name, value in consent.axes.items()}}


def _account(shelf: Shelf, actor: Actor) -> dict[str, Any]:
    return account_entity.render(actor, shelf.counts[actor.id], shelf.roles.get(actor.id))


def _mention(row: Mention) -> dict[str, str]:
    actor = row.actor
    return {
        "id": str(actor.id),
        "username": actor.name,
        "url": web_address(actor.url, actor.uri),
        "acct": account_entity.acct(actor),
    }


def _told(told: dict[str, int], name: str) -> int:
    value = told.get(name, 0)
    return value if isinstance(value, int) and 0 <= value < 1 << 53 else 0
