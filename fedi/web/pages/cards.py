"""What templates print: people, pictures and posts as plain values, made from models in a handful of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import config, text, urls
from fedi.models.actor import Actor
from fedi.models.media import Media, RemoteMedia, RenditionKind
from fedi.models.post import Post, PostTag, Visibility
from fedi.policy.consent import Consent
from fedi.policy.terms import Terms
from fedi.services import (
    actors,
    cached_files,
    consents,
    interactions,
    media,
    media_tokens,
    polls,
    quotations,
    quote_states,
)
from fedi.services.interaction_policies import Approval, Verb, approval
from fedi.services.polls import Ballot
from fedi.services.timelines import Entry
from fedi.web import emojis

MIN_RATIO, MAX_RATIO = 40, 250
SMALL = 512  # pixels: a PNG this small is pixel art, and is enlarged crisply
UNSHOWN = {
    "pending": "The quoted post shows once its author allows it.",
    "rejected": "The author of the quoted post does not allow this quote.",
    "revoked": "The author of the quoted post took it back.",
    "deleted": "The quoted post was deleted.",
    "unauthorized": "The quoted post is not for everybody.",
    "blocked_account": "The quoted post is by somebody you block.",
    "muted_account": "The quoted post is by somebody you mute.",
}
_BASE83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


@dataclass(frozen=True)
class Face:
    """A person as they are shown beside their work. `page` is the local address of their profile."""

    id: int
    name: str
    handle: str
    page: str
    local: bool
    avatar: str = ""
    avatar_alt: str = ""
    away: str = ""  # a remote person's own page, elsewhere

    @property
    def initial(self) -> str:
        return next((letter for letter in self.name if letter.isalnum()), "·")


@dataclass(frozen=True)
class Picture:
    """One image: `full` and `preview` are addresses, `width` x `height` pixels of `full` (0: unknown); `lasting` is an
    address that others may keep, where `full` is none.
    """

    full: str
    preview: str
    alt: str = ""
    width: int = 0
    height: int = 0
    blurhash: str = ""
    pixel: bool = False
    lasting: str = ""
    terms: Terms | None = None  # of ours in a post

    @property
    def shape(self) -> str:
        """CSS classes for the aspect ratio in steps of 0.05, as a page without inline style cannot say it itself."""
        if not self.width or not self.height:
            return "r100"
        ratio = round(self.width / self.height * 20) * 5
        kept = min(max(ratio, MIN_RATIO), MAX_RATIO)
        return f"r{kept}{' tall' if ratio < MIN_RATIO else ''}{' pixel' if self.pixel else ''}"

    @property
    def strip(self) -> bool:
        """So tall that fitting it on one screen would make it unreadable, such as a comic."""
        return bool(self.width) and self.height / self.width > 2.2

    @property
    def colour(self) -> str:
        """The average colour as #rrggbb, shown until the picture has come (a blurhash starts with it)."""
        value = 0
        for letter in self.blurhash[2:6]:
            position = _BASE83.find(letter)
            if position < 0:
                return "#b9b2a6"
            value = value * 83 + position
        return f"#{value & 0xFFFFFF:06x}" if len(self.blurhash) >= 6 else "#b9b2a6"


@dataclass(frozen=True)
class Card:
    """A post for one reader. `page` is its address here; `away` its own address when it comes from elsewhere."""

    id: int
    page: str
    author: Face
    when: datetime
    title: str = ""
    content: Markup = field(default_factory=Markup)  # sanitised when it was stored
    warning: str = ""
    sensitive: bool = False
    artwork: bool = False
    pictures: list[Picture] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)  # (label, address)
    visibility: str = "public"
    edited: datetime | None = None
    likes: int = 0
    boosts: int = 0
    replies: int = 0
    liked: bool = False
    boosted: bool = False
    mine: bool = False
    away: str = ""
    reply_to: str = ""
    boosted_by: Face | None = None
    ballot: Ballot | None = None
    quote: "Quoted | None" = None
    denied: frozenset[str] = frozenset()  # what its author does not let this reader do
    consents: frozenset[Consent] = frozenset()  # what its author and its pictures permit, as far as it is said
    position: int = 0  # in its timeline: the boost's id where there is one

    @property
    def heading(self) -> str:
        """What the post is called in a title, a link or a notification."""
        return self.title or f"{'Artwork' if self.artwork else 'Post'} by {self.author.name}"

    @property
    def quotable(self) -> bool:
        own = self.mine and self.visibility == Visibility.FOLLOWERS
        return Verb.QUOTE not in self.denied and (own or self.visibility in {Visibility.PUBLIC, Visibility.UNLISTED})

    @property
    def veiled(self) -> bool:
        return self.sensitive or bool(self.warning)


@dataclass(frozen=True)
class Quoted:
    """What a post quotes: its card, or in `words` why it is not shown."""

    card: Card | None
    words: str = ""


def face(actor: Actor) -> Face:
    """The person of an actor, ours or not."""
    here = f"/@{actors.handle(actor)}"
    return Face(
        id=actor.id,
        name=actor.display_name.strip() or actor.name,
        handle=f"@{actors.full_handle(actor)}",
        page=here,
        local=actor.local,
        avatar=cached_files.path(actor.icon_url, "small"),
        avatar_alt=actor.icon_alt,
        away="" if actor.local else (_web(actor.url) or _web(actor.uri)),
    )


def banner(actor: Actor) -> str:
    """The address of the picture above the profile, or ''."""
    return cached_files.path(actor.image_url, "large")


def page_of(post: Post) -> str:
    """The local address of a post's page."""
    return f"/@{actors.handle(post.actor)}/{post.id}"


def of_entries(session: Session, viewer: Actor | None, entries: Sequence[Entry]) -> list[Card]:
    """Cards of a timeline, boosts with who boosted."""
    made = {card.id: card for card in of_posts(session, viewer, [entry.post for entry in entries])}
    return [
        replace(
            made[entry.post.id],
            position=entry.id,
            boosted_by=face(entry.boost.actor) if entry.boost is not None else None,
        )
        for entry in entries
    ]


def of_posts(session: Session, viewer: Actor | None, posts: Sequence[Post], *, quotes: bool = True) -> list[Card]:
    """Cards of posts that the viewer may see, in their order, in a fixed number of queries.

    `quotes` shows what they quote; a quote within a quote stays a link.
    """
    ids = list(dict.fromkeys(post.id for post in posts))
    if not ids:
        return []
    pictures = _pictures(session, posts, known=viewer is not None)
    tallies = interactions.tallies(session, posts)
    liked, boosted = interactions.mine(session, viewer, ids) if viewer else (set(), set())
    parents = _parents(session, posts)
    ballots = polls.of_posts(session, posts, viewer)
    quoted = _quoted(session, viewer, ids) if quotes else {}
    return [
        Card(
            id=post.id,
            page=page_of(post),
            author=face(post.actor),
            when=post.published_at or post.created_at,
            title=post.title,
            content=emojis.shown(post.content, post.emojis),
            warning=post.summary,
            sensitive=post.covered and bool(pictures.get(post.id)),
            artwork=post.artwork,
            pictures=pictures.get(post.id, []),
            tags=[(tag.label, _tag(tag)) for tag in post.tags],
            visibility=str(post.visibility),
            edited=post.edited_at,
            likes=tallies[post.id].likes,
            boosts=tallies[post.id].boosts,
            replies=tallies[post.id].replies,
            liked=post.id in liked,
            boosted=post.id in boosted,
            mine=viewer is not None and viewer.id == post.actor_id,
            away="" if post.local else (_web(post.url) or _web(post.uri)),
            reply_to=parents.get(post.in_reply_to_id or 0) or ("" if post.local else _web(post.in_reply_to_uri)),
            position=post.id,
            ballot=ballots.get(post.id),
            quote=quoted.get(post.id),
            denied=_denied(session, post, viewer),
            consents=_consents(post, pictures.get(post.id, [])),
        )
        for post in posts
    ]


def pictures_of(rows: Sequence[Media], post: Post | None, *, known: bool = True) -> list[Picture]:
    """Our own pictures that are protected, for one who may see the post; the others have no address. A stranger (not
    `known`) may get the large ones at addresses that do not last.
    """
    token = media_tokens.for_reader(post)
    brief = not known and config.settings().large_pictures == "brief"
    made = ((row, _own(row, token, brief=brief)) for row in rows)
    return [
        replace(picture, terms=consents.of_picture(row, post)) if post else picture for row, picture in made if picture
    ]


def _pictures(session: Session, posts: Sequence[Post], *, known: bool) -> dict[int, list[Picture]]:
    by_id = {post.id: post for post in posts}
    post_ids = list(by_id)
    ours = media.of_posts(session, post_ids)
    found = {post_id: pictures_of(rows, by_id[post_id], known=known) for post_id, rows in ours.items()}
    remote = session.scalars(
        select(RemoteMedia)
        .where(RemoteMedia.post_id.in_(post_ids))
        .order_by(RemoteMedia.post_id, RemoteMedia.position, RemoteMedia.id),
    )
    for row in remote:
        if row.mime.startswith("image/") and (full := cached_files.path(row.url, "large")):
            picture = Picture(
                full=full,
                preview=cached_files.path(row.url, "small"),
                alt=row.alt,
                width=row.width or 0,
                height=row.height or 0,
                blurhash=row.blurhash or "",
            )
            found.setdefault(row.post_id, []).append(picture)
    return found


def _quoted(session: Session, viewer: Actor | None, post_ids: Sequence[int]) -> dict[int, Quoted]:
    rows = quotations.of_posts(session, post_ids)
    states = {post_id: quote_states.state(session, row, viewer) for post_id, row in rows.items()}
    shown = {row.post.id: row.post for post_id, row in rows.items() if row.post and states[post_id] == "accepted"}
    made = {card.id: card for card in of_posts(session, viewer, list(shown.values()), quotes=False)}
    return {
        post_id: Quoted(made.get(row.post_id or 0), "" if states[post_id] == "accepted" else UNSHOWN[states[post_id]])
        for post_id, row in rows.items()
    }


def _denied(session: Session, post: Post, viewer: Actor | None) -> frozenset[str]:
    if viewer is None:
        return frozenset(Verb)
    denied = {each for each in Verb if approval(session, post, viewer, each) == Approval.DENIED}
    return frozenset(denied)


def _own(row: Media, token: str, *, brief: bool) -> Picture | None:
    full, preview = row.rendition(RenditionKind.FEDERATED), row.rendition(RenditionKind.PREVIEW)
    if full is None:
        return None
    large = media_tokens.brief(full) if brief and not token else full.key
    return Picture(
        full=urls.media_path(large, token),
        preview=urls.media_path(preview.key if preview else large, token),
        lasting="" if large == full.key else urls.media_path((preview or full).key),
        alt=row.alt,
        width=full.width,
        height=full.height,
        blurhash=row.blurhash or "",
        pixel=full.mime == "image/png" and max(full.width, full.height) <= SMALL,
    )


def _parents(session: Session, posts: Sequence[Post]) -> dict[int, str]:
    ids = {post.in_reply_to_id for post in posts if post.in_reply_to_id}
    if not ids:
        return {}
    return {parent.id: page_of(parent) for parent in session.scalars(select(Post).where(Post.id.in_(ids))).unique()}


def _consents(post: Post, pictures: Sequence[Picture]) -> frozenset[Consent]:
    said = [consents.said_of(post), *(picture.terms.consent for picture in pictures if picture.terms)]
    return frozenset(each for each in said if each is not None)


def _tag(tag: PostTag) -> str:
    return urls.tag(tag.name).removeprefix(urls.origin())


def _web(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""


def description(card: Card) -> str:
    """One line about a post, for search results and link previews."""
    if card.warning:
        return card.warning
    said = text.excerpt(str(card.content), 200)
    return said or next((picture.alt for picture in card.pictures if picture.alt), card.heading)
