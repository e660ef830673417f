"""Actors, ours and everybody's: finding them by id or handle, and keeping what another server says of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.orm import Session

from fedi import clock, config, urls
from fedi.errors import Conflict, NotFound
from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor, ActorKey, ActorKind
from fedi.models.errand import ErrandKind
from fedi.models.follow import Follow, FollowState
from fedi.models.inbox_message import Tombstone
from fedi.models.interaction import Boost, Like
from fedi.models.notification import Notification
from fedi.models.post import Post, PostState, Visibility
from fedi.models.relation import Block, Mute
from fedi.services import domains, errands, remote_posts

STALE = timedelta(days=1)


@dataclass(frozen=True)
class RemoteKey:
    """A public key as its owner publishes it: `public` is SPKI PEM."""

    uri: str
    algorithm: str
    public: str


@dataclass(frozen=True)
class RemoteActor:
    """What another server says of one of its actors, checked and within limits; HTML is sanitised."""

    uri: str
    kind: ActorKind
    name: str
    domain: str
    inbox: str
    url: str | None = None
    display_name: str = ""
    summary: str = ""
    fields: Sequence[Mapping[str, str]] = ()
    shared_inbox: str | None = None
    outbox: str | None = None
    followers_uri: str | None = None
    following_uri: str | None = None
    featured_uri: str | None = None
    featured_tags_uri: str | None = None
    icon_url: str | None = None
    icon_alt: str = ""
    image_url: str | None = None
    image_alt: str = ""
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    also_known_as: Sequence[str] = ()
    moved_to: str | None = None
    consent: str | None = None
    licence: str | None = None
    terms: Mapping[str, Any] | None = None
    published_at: datetime | None = None
    suspended: bool = False
    keys: Sequence[RemoteKey] = ()
    counts: Mapping[str, int] | None = None
    emojis: Mapping[str, str] | None = None
    may_feature: Mapping[str, list[str]] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    followers: int
    following: int
    posts: int
    last_post_at: datetime | None = None


def by_id(session: Session, actor_id: int) -> Actor:
    """Raises NotFound."""
    found = session.get(Actor, actor_id)
    if found is None:
        raise NotFound("there is no such account")
    return found


def by_uri(session: Session, uri: str) -> Actor | None:
    """By id; a local address may also be the profile page."""
    local = urls.parse_local(uri)
    if local is not None and local.post_id is None and local.name:
        return local_by_name(session, local.name)
    return session.scalar(select(Actor).where(Actor.uri == uri))


def local_by_name(session: Session, name: str) -> Actor | None:
    """An actor of ours, whatever the case of the name; the deleted ones too."""
    return session.scalar(select(Actor).where(Actor.name_key == name.lower(), Actor.domain_key == ""))


def published(session: Session, name: str) -> Actor | None:
    """A local person the world may see: approved, not suspended. Deleted ones are None, see `is_gone`."""
    actor = local_by_name(session, name)
    if actor is None or not actor.available or actor.kind == ActorKind.APPLICATION:
        return None
    state = session.scalar(select(Account.state).where(Account.actor_id == actor.id))
    return actor if state in {AccountState.APPROVED, AccountState.LIMITED} else None


def suspended(session: Session, name: str) -> Actor | None:
    """A local actor that moderators suspended: other servers read that it is so, and its keys."""
    actor = local_by_name(session, name)
    return actor if actor is not None and actor.suspended_at is not None and actor.deleted_at is None else None


def is_gone(session: Session, name: str) -> bool:
    """Whether a local actor of this name was deleted."""
    actor = local_by_name(session, name)
    return actor is not None and actor.deleted_at is not None


def by_uris(session: Session, uris: Collection[str]) -> dict[str, Actor]:
    """The actors that are known, by their ids."""
    return {actor.uri: actor for actor in session.scalars(select(Actor).where(Actor.uri.in_(sorted(uris))))}


def by_handle(session: Session, handle: str) -> Actor | None:
    """`mira`, `@mira@art.example`, `acct:mira@art.example`; any case."""
    name, _, domain = handle.strip().removeprefix("acct:").lstrip("@").partition("@")
    settings = config.settings()
    domain = domain.lower().rstrip(".")
    if domain in {"", settings.domain, settings.host.lower()}:
        return local_by_name(session, name)
    return session.scalar(select(Actor).where(Actor.name_key == name.lower(), Actor.domain_key == domain))


def handle(actor: Actor) -> str:
    """`mira` for ours, `gina@gts.example` for others (Mastodon's `acct`)."""
    return actor.name if actor.local else f"{actor.name}@{actor.domain}"


def full_handle(actor: Actor) -> str:
    """`mira@art.example`, with our domain for ours."""
    return f"{actor.name}@{actor.domain or config.settings().domain}"


def store(session: Session, values: RemoteActor, *, confirmed: bool = False) -> Actor:
    """Insert or update a remote actor with its keys.

    `confirmed` says that WebFinger of the handle's domain points at this id; only then a handle that another id had
    passes to this one. Raises Conflict when the handle belongs to somebody else, or the id is one of ours.
    """
    if urls.is_local(values.uri):
        raise Conflict("that id is one of ours")
    actor = session.scalar(select(Actor).where(Actor.uri == values.uri))
    holder = session.scalar(
        select(Actor).where(Actor.name_key == values.name.lower(), Actor.domain_key == values.domain.lower()),
    )
    if actor is None and holder is not None:
        if not confirmed:
            raise Conflict(f"the handle {values.name}@{values.domain} belongs to {holder.uri}")
        actor = holder
        session.execute(delete(ActorKey).where(ActorKey.actor_id == actor.id))
    if actor is None:
        actor = Actor(uri=values.uri, name=values.name, name_key="", host="", inbox="")
        session.add(actor)
    if holder is None or holder is actor or actor.name_key == "":
        actor.name, actor.name_key = values.name, values.name.lower()
        actor.domain = actor.domain_key = values.domain.lower()
    _copy(actor, values)
    if confirmed or actor.fetched_at is not None:
        actor.fetched_at = clock.now()
    ruling = domains.verdict(session, actor.host)
    actor.limited_at = (actor.limited_at or clock.now()) if ruling == "limit" else actor.limited_at
    if ruling == "block":
        actor.suspended_at = actor.suspended_at or clock.now()
    session.flush()
    store_keys(session, actor, values.keys)
    return actor


def store_keys(session: Session, actor: Actor, keys: Sequence[RemoteKey]) -> None:
    """The actor has exactly these keys now; an empty list leaves what is known (a document that hides its keys)."""
    if not keys:
        return
    known = {key.uri: key for key in session.scalars(select(ActorKey).where(ActorKey.actor_id == actor.id))}
    for uri, old in known.items():
        if uri not in {key.uri for key in keys}:
            session.delete(old)
    for key in keys:
        row = known.get(key.uri)
        if row is None:
            taken = session.scalar(select(ActorKey).where(ActorKey.uri == key.uri))
            if taken is not None:
                raise Conflict(f"the key {key.uri} belongs to somebody else")
            session.add(ActorKey(actor_id=actor.id, uri=key.uri, algorithm=key.algorithm, public=key.public))
        elif row.public != key.public:
            row.algorithm, row.public, row.created_at = key.algorithm, key.public, clock.now()
    session.flush()


def _copy(actor: Actor, values: RemoteActor) -> None:
    for name in (
        "uri", "url", "kind", "display_name", "summary", "inbox", "shared_inbox", "outbox", "followers_uri",
        "following_uri", "featured_uri", "featured_tags_uri", "icon_url", "icon_alt", "image_url", "image_alt",
        "locked", "discoverable", "indexable", "moved_to", "consent", "licence", "published_at",
    ):  # fmt: skip
        setattr(actor, name, getattr(values, name))
    actor.host = urls.host_of(values.uri)
    actor.fields = [dict(each) for each in values.fields]
    actor.also_known_as = list(values.also_known_as)
    actor.terms = dict(values.terms) if values.terms else None
    actor.emojis = dict(values.emojis) if values.emojis else None
    actor.may_feature = dict(values.may_feature) if values.may_feature is not None else None
    if values.counts is not None:
        actor.remote_counts = dict(values.counts)
    actor.deleted_at = None


def is_stale(actor: Actor) -> bool:
    """Whether a remote actor was last asked more than a day ago (Mastodon's measure)."""
    return not actor.local and (actor.fetched_at is None or actor.fetched_at < clock.now() - STALE)


def refresh_wanted(session: Session, actor: Actor) -> str:
    """The id of a remote actor whose profile is worth asking for now, '' for all others."""
    stale = is_stale(actor) and actor.available
    return actor.uri if stale and errands.is_wanted(session, ErrandKind.ACTOR, actor.uri) else ""


def forget(session: Session, actor: Actor) -> None:
    """A remote actor was deleted by its server: all it wrote and did goes; its id and handle stay as a tombstone."""
    for post in session.scalars(select(Post).where(Post.actor_id == actor.id)).unique():
        remote_posts.remove(session, post)
    session.execute(delete(Like).where(Like.actor_id == actor.id))
    session.execute(delete(Boost).where(Boost.actor_id == actor.id))
    session.execute(delete(Notification).where(Notification.actor_id == actor.id))
    session.execute(delete(Follow).where(or_(Follow.follower_id == actor.id, Follow.followee_id == actor.id)))
    session.execute(delete(Block).where(or_(Block.actor_id == actor.id, Block.target_id == actor.id)))
    session.execute(delete(Mute).where(Mute.target_id == actor.id))
    actor.display_name = actor.summary = ""
    actor.fields, actor.icon_url, actor.image_url = [], None, None
    actor.deleted_at = clock.now()
    if session.get(Tombstone, actor.uri) is None:
        session.add(Tombstone(uri=actor.uri, actor_uri=actor.uri))
    session.flush()


def counts(session: Session, actor: Actor) -> Counts:
    """Counted rows; for a remote actor what its server told, where it did (it knows more than we see)."""
    followers = _count(session, Follow.followee_id == actor.id)
    following = _count(session, Follow.follower_id == actor.id)
    shown = (Post.actor_id == actor.id, Post.state == PostState.PUBLISHED, Post.visibility != Visibility.DIRECT)
    posts, last = session.execute(select(func.count(), func.max(Post.published_at)).where(*shown)).one()
    told = actor.remote_counts or {} if not actor.local else {}
    return Counts(
        followers=max(followers, told.get("followers", 0)),
        following=max(following, told.get("following", 0)),
        posts=max(posts, told.get("posts", 0)),
        last_post_at=last,
    )


def _count(session: Session, side: Any) -> int:
    return (
        session.scalar(select(func.count()).select_from(Follow).where(side, Follow.state == FollowState.ACCEPTED)) or 0
    )


def search(
    session: Session,
    text: str,
    *,
    viewer: Actor | None = None,
    limit: int = 20,
    offset: int = 0,
    following: bool = False,
) -> list[Actor]:
    """Actors whose handle or name holds the text; those the viewer follows first, then ours, then the rest."""
    words = text.strip().lstrip("@").lower()
    if not words:
        return []
    name, _, domain = words.partition("@")
    query = select(Actor).where(
        Actor.deleted_at.is_(None), Actor.suspended_at.is_(None), Actor.kind != ActorKind.APPLICATION
    )
    if domain:
        query = query.where(
            Actor.name_key.startswith(name, autoescape=True),
            _of_domain(domain),
        )
    else:
        query = query.where(
            or_(
                Actor.name_key.contains(words, autoescape=True),
                func.lower(Actor.display_name).contains(words, autoescape=True),
            ),
        )
    order: list[Any] = []
    if viewer is not None:
        followed = select(Follow.followee_id).where(
            Follow.follower_id == viewer.id, Follow.state == FollowState.ACCEPTED
        )
        if following:
            query = query.where(Actor.id.in_(followed))
        order.append(case((Actor.id.in_(followed), 0), else_=1))
        blockers = select(Block.actor_id).where(Block.target_id == viewer.id)
        query = query.where(Actor.id.not_in(blockers), or_(Actor.limited_at.is_(None), Actor.id.in_(followed)))
    else:
        query = query.where(Actor.limited_at.is_(None))
    order += [
        case((Actor.name_key == name, 0), (Actor.name_key.startswith(name, autoescape=True), 1), else_=2),
        case((Actor.domain_key == "", 0), else_=1),
        Actor.id,
    ]
    return list(session.scalars(query.order_by(*order).limit(limit).offset(offset)))


def _of_domain(domain: str) -> Any:
    ours = {config.settings().domain, config.settings().host.lower()}
    if domain in ours:
        return Actor.domain_key == ""
    matches = Actor.domain_key.startswith(domain, autoescape=True)
    if any(each.startswith(domain) for each in ours):
        matches = or_(matches, Actor.domain_key == "")
    return matches


def directory(
    session: Session, *, limit: int = 40, offset: int = 0, local: bool = True, newest: bool = False
) -> list[Actor]:
    """Discoverable people, the most recently active (or the newest) first."""
    last = (
        select(func.max(Post.id)).where(Post.actor_id == Actor.id, Post.state == PostState.PUBLISHED).scalar_subquery()
    )
    query = select(Actor).where(
        Actor.discoverable.is_(True),
        Actor.deleted_at.is_(None),
        Actor.suspended_at.is_(None),
        Actor.limited_at.is_(None),
        Actor.kind != ActorKind.APPLICATION,
    )
    if local:
        active = select(Account.actor_id).where(Account.state == AccountState.APPROVED)
        query = query.where(Actor.domain_key == "", Actor.id.in_(active))
    query = query.order_by(Actor.id.desc() if newest else func.coalesce(last, 0).desc(), Actor.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))
