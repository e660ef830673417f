"""The Account entity, and CredentialAccount with what only its owner sees."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Integer, bindparam, func, literal_column, null, select, union_all
from sqlalchemy.orm import Session

from fedi import clock, db, urls
from fedi.models.account import Account, Role
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.layers import client_api
from fedi.services import cached_files, consents, features, moves, quotes
from fedi.services.collections import MAX_COLLECTIONS
from fedi.web import emojis
from fedi.web.api.entities.plain import untagged, web_address

PROLIFIC, MOST_PROLIFIC = 200, 10_000  # posts of an actor who is not counted anew at once; how many of them
OURS_SECONDS, THEIRS_SECONDS = 5.0, 60.0
_ROLES = {
    Role.ARTIST: {"id": "-99", "name": "", "permissions": "65536"},
    Role.MODERATOR: {"id": "1", "name": "Moderator", "permissions": "1308"},
    Role.ADMIN: {"id": "3", "name": "Admin", "permissions": "983036"},
}


Written = tuple[int, datetime | None]  # how many posts, and when the last one was published
# By actor id: until when, how many posts, when the last one was published.
_prolific: OrderedDict[int, tuple[float, int, datetime | None]] = OrderedDict()


@dataclass(frozen=True)
class Counts:
    """What is known of how much an actor posted and who follows whom."""

    followers: int = 0
    following: int = 0
    posts: int = 0
    last_at: datetime | None = None


def for_curator(session: Session, actors: Sequence[Actor], viewer: Actor | None) -> list[dict[str, Any]]:
    """The same, with whether the viewer may put them into a collection where that depends on who it is."""
    found = many(session, actors)
    for actor, body in zip(actors, found, strict=True):
        if viewer is not None and body["feature_approval"]["current_user"] == "unknown":
            body["feature_approval"]["current_user"] = features.approval(session, actor, viewer).value
    return found


def many(session: Session, actors: Sequence[Actor]) -> list[dict[str, Any]]:
    """Entities of actors in their order, in four queries; those that moved with where they went as `moved`."""
    found = _many(session, actors)
    new = {actor.id: target for actor in actors if (target := moves.target(session, actor)) is not None}
    shown = dict(zip(new, _many(session, list(new.values())), strict=True))
    for actor, body in zip(actors, found, strict=True):
        if actor.id in shown:
            body["moved"] = shown[actor.id]
    return found


def _many(session: Session, actors: Sequence[Actor]) -> list[dict[str, Any]]:
    counts, roles = counts_of(session, actors), roles_of(session, actors)
    return [render(actor, counts[actor.id], roles.get(actor.id)) for actor in actors]


def one(session: Session, actor: Actor) -> dict[str, Any]:
    return many(session, [actor])[0]


def credentials(session: Session, account: Account) -> dict[str, Any]:
    """The owner's own view (CredentialAccount)."""
    actor, settings = account.actor, account.settings
    requests = session.scalar(
        select(func.count()).where(Follow.followee_id == actor.id, Follow.state == FollowState.REQUESTED),
    )
    body = one(session, actor)
    body["source"] = {
        "privacy": settings.get("visibility", "public"),
        "sensitive": bool(settings.get("sensitive", False)),
        "language": settings.get("language"),
        "note": actor.summary_source,
        "fields": [
            {"name": field.get("name", ""), "value": field.get("source", field.get("value", "")), "verified_at": None}
            for field in actor.fields
        ],
        "follow_requests_count": requests or 0,
        "hide_collections": actor.hides_collections,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "attribution_domains": actor.attribution_domains or [],
        "quote_policy": quotes.told_to_apps(actor),
    }
    body["role"] = role(account)
    return body


def role(account: Account) -> dict[str, Any]:
    """The Role entity, which only its owner and moderators see."""
    shown = account.role != Role.ARTIST
    return {**_ROLES[account.role], "color": "", "highlighted": shown, "collection_limit": MAX_COLLECTIONS}


def _values(actor: Actor) -> list[str]:
    return [f"{field.get('name', '')} {field.get('value', '')}" for field in actor.fields]


def render(actor: Actor, counts: Counts, role: Role | None = None) -> dict[str, Any]:
    gone = not actor.available
    shown = web_address(actor.url, actor.uri)
    avatar, header = _pictures(actor)
    body: dict[str, Any] = {
        "id": str(actor.id),
        "username": actor.name,
        "acct": acct(actor),
        "display_name": "" if gone else untagged(actor.display_name),
        "locked": actor.locked,
        "bot": actor.kind in {ActorKind.SERVICE, ActorKind.APPLICATION},
        "discoverable": actor.discoverable and not gone,
        "indexable": actor.indexable and not gone,
        "group": actor.kind == ActorKind.GROUP,
        "created_at": clock.iso_millis(_midnight(actor.published_at or actor.created_at)),
        "note": "" if gone else actor.summary,
        "url": shown,
        "uri": actor.uri,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "" if gone else untagged(actor.icon_alt),
        "header": header,
        "header_static": header,
        "header_description": "" if gone else untagged(actor.image_alt),
        "followers_count": counts.followers,
        "following_count": counts.following,
        "statuses_count": counts.posts,
        "last_status_at": f"{counts.last_at:%Y-%m-%d}" if counts.last_at else None,
        "hide_collections": actor.hides_collections,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "noindex": not actor.indexable,
        "feature_approval": _feature_approval(actor),
        "emojis": [] if gone else emojis.entities(actor.emojis, actor.display_name, actor.summary, *_values(actor)),
        "roles": _badges(role),
        "fields": [] if gone else _fields(actor),
    }
    if actor.local and not gone:
        body["fedi"] = client_api.render(consents.of_actor(actor), brief=True)
    if actor.suspended_at is not None:
        body["suspended"] = True
    if actor.limited_at is not None:
        body["limited"] = True
    return body


def _feature_approval(actor: Actor) -> dict[str, Any]:
    """Who may put them into a collection; `unknown`: it depends on who it is, which `for_curator` finds out."""
    automatic, manual = features.audiences(actor)
    current = "unknown" if automatic or manual else "denied"
    if "public" in automatic:
        current = "automatic"
    elif "public" in manual and not automatic:
        current = "manual"
    elif not actor.local and actor.may_feature is None:
        current = "missing"
    return {"automatic": automatic, "manual": manual, "current_user": current}


def acct(actor: Actor) -> str:
    """`mira` here, `mira@elsewhere.example` for others."""
    return actor.name if actor.domain is None else f"{actor.name}@{actor.domain}"


def counts_of(session: Session, actors: Sequence[Actor]) -> dict[int, Counts]:
    """The counts of actors: ours are counted, a remote actor's own figures are shown where it told some."""
    posts = _kept(actors)
    given = {
        "ids": db.few_lengths([actor.id for actor in actors]),
        "writers": db.few_lengths([actor.id for actor in actors if actor.id not in posts]),
    }
    follows: dict[tuple[int, int], int] = {}
    for what, id_, count, at in session.execute(_COUNTS, given):
        if what == POSTS:
            posts[id_] = (count, at)
        else:
            follows[what, id_] = count
    _keep(actors, posts)
    found = {}
    for actor in actors:
        told = actor.remote_counts or {}
        written, last_at = posts.get(actor.id, (0, None))
        found[actor.id] = Counts(
            max(follows.get((FOLLOWERS, actor.id), 0), _told(told, "followers")),
            max(follows.get((FOLLOWING, actor.id), 0), _told(told, "following")),
            max(written, _told(told, "posts")),
            last_at,
        )
    return found


def _kept(actors: Sequence[Actor]) -> dict[int, Written]:
    """What is known of those who post much: a timeline would walk all that its authors ever wrote for each page."""
    now = time.monotonic()
    found = {actor.id: _prolific.get(actor.id) for actor in actors}
    return {id_: (row[1], row[2]) for id_, row in found.items() if row is not None and row[0] > now}


def _keep(actors: Sequence[Actor], counted: dict[int, Written]) -> None:
    """Do not count whoever posts much anew for a while."""
    now = time.monotonic()
    for actor in actors:
        posts, last_at = counted.get(actor.id, (0, None))
        if posts >= PROLIFIC and (actor.id not in _prolific or _prolific[actor.id][0] <= now):
            _prolific[actor.id] = (now + (OURS_SECONDS if actor.local else THEIRS_SECONDS), posts, last_at)
            _prolific.move_to_end(actor.id)
    while len(_prolific) > MOST_PROLIFIC:
        _prolific.popitem(last=False)


def roles_of(session: Session, actors: Iterable[Actor]) -> dict[int, Role]:
    """The roles of local actors that show a badge."""
    ids = [actor.id for actor in actors if actor.local]
    if not ids:
        return {}
    return {row.actor_id: row.role for row in session.execute(_ROLE_ROWS, {"ids": ids})}


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WRITERS: BindParameter[Any] = bindparam("writers", expanding=True)
_ACCEPTED = Follow.state == FollowState.ACCEPTED
POSTS, FOLLOWERS, FOLLOWING = range(3)
# One query for all three, as asking costs more than counting; the columns have the types of the first part.
_COUNTS: CompoundSelect[Any] = union_all(
    select(literal_column(f"{POSTS}", Integer), Post.actor_id, func.count(), func.max(Post.published_at))
    .where(Post.actor_id.in_(_WRITERS), Post.state == PostState.PUBLISHED, Post.visibility != Visibility.DIRECT)
    .group_by(Post.actor_id),
    select(literal_column(f"{FOLLOWERS}", Integer), Follow.followee_id, func.count(), null())
    .where(Follow.followee_id.in_(_IDS), _ACCEPTED)
    .group_by(Follow.followee_id),
    select(literal_column(f"{FOLLOWING}", Integer), Follow.follower_id, func.count(), null())
    .where(Follow.follower_id.in_(_IDS), _ACCEPTED)
    .group_by(Follow.follower_id),
)
_ROLE_ROWS = select(Account.actor_id, Account.role).where(Account.actor_id.in_(_IDS))


def _told(told: dict[str, int], name: str) -> int:
    value = told.get(name, 0)
    return value if isinstance(value, int) and 0 <= value < 1 << 53 else 0


def _badges(role: Role | None) -> list[dict[str, str]]:
    if role is None or role == Role.ARTIST:
        return []
    return [{"id": _ROLES[role]["id"], "name": _ROLES[role]["name"], "color": ""}]


def _fields(actor: Actor) -> list[dict[str, Any]]:
    return [
        {"name": untagged(field.get("name", "")), "value": field.get("value", ""), "verified_at": None}
        for field in actor.fields
    ]


def _pictures(actor: Actor) -> tuple[str, str]:
    missing = f"{urls.origin()}/static/missing"
    if not actor.available:
        return f"{missing}/avatar.png", f"{missing}/header.png"
    avatar = cached_files.address(actor.icon_url, "small") or f"{missing}/avatar.png"
    return avatar, cached_files.address(actor.image_url, "large") or f"{missing}/header.png"


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
