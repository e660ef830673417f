"""Hashtags on a profile: what an artist is about, with how often she used each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.featured_tag import FeaturedTag
from fedi.models.post import Post, PostState, PostTag, Visibility
from fedi.text import find_hashtags

MAX = 10
OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


@dataclass(frozen=True)
class Shown:
    """A featured hashtag with the artist's own posts that have it."""

    id: int
    name: str
    label: str
    posts: int
    last: datetime | None


def add(session: Session, actor: Actor, typed: str) -> FeaturedTag:
    """Show a hashtag; one that is shown already is returned. Raises BadRequest, in Mastodon's words."""
    label = label_of(typed)
    if not label:
        raise BadRequest("Validation failed: Tag is invalid")
    known = find(session, actor, label)
    if known is not None:
        return known
    if len(of_actor(session, actor)) >= MAX:
        raise BadRequest("Validation failed: You have already featured the maximum number of hashtags")
    row = FeaturedTag(actor_id=actor.id, name=label.lower(), label=label)
    session.add(row)
    session.flush()
    return row


def choose(session: Session, actor: Actor, typed: list[str]) -> None:
    """Show exactly these, in their order. Raises BadRequest."""
    wanted = list({each.lstrip("#").lower(): each for each in typed if each.lstrip("#")}.values())
    if [each.lstrip("#").lower() for each in wanted] == [each.name for each in of_actor(session, actor)]:
        return
    session.execute(delete(FeaturedTag).where(FeaturedTag.actor_id == actor.id))
    for each in wanted:
        add(session, actor, each)


def keep(session: Session, actor: Actor, typed: list[str]) -> None:
    """A remote actor shows exactly these, as far as they are hashtags."""
    session.execute(delete(FeaturedTag).where(FeaturedTag.actor_id == actor.id))
    labels = {label.lower(): label for each in typed if (label := label_of(each))}
    for name, label in list(labels.items())[:MAX]:
        session.add(FeaturedTag(actor_id=actor.id, name=name, label=label))
    session.flush()


def learn(session: Session, actor: Actor, typed: str, *, shown: bool) -> None:
    """A remote actor shows one more hashtag, or no longer; what is so already is left."""
    label = label_of(typed)
    known = find(session, actor, label) if label else None
    if known is not None and not shown:
        session.delete(known)
    elif label and known is None and shown and len(of_actor(session, actor)) < MAX:
        session.add(FeaturedTag(actor_id=actor.id, name=label.lower(), label=label))
    session.flush()


def find(session: Session, actor: Actor, name: str) -> FeaturedTag | None:
    known = select(FeaturedTag).where(FeaturedTag.actor_id == actor.id, FeaturedTag.name == name.lower())
    return session.scalar(known)


def remove(session: Session, actor: Actor, tag_id: int) -> None:
    """Raises NotFound."""
    row = session.get(FeaturedTag, tag_id)
    if row is None or row.actor_id != actor.id:
        raise NotFound("Record not found")
    session.delete(row)
    session.flush()


def of_actor(session: Session, actor: Actor) -> list[Shown]:
    """What is shown, in the order in which it was chosen, in two queries."""
    rows = list(session.scalars(select(FeaturedTag).where(FeaturedTag.actor_id == actor.id).order_by(FeaturedTag.id)))
    used = {name: (count, last) for name, count, last in _used(session, actor, [row.name for row in rows])}
    return [Shown(row.id, row.name, row.label, *used.get(row.name, (0, None))) for row in rows]


def suggestions(session: Session, actor: Actor) -> list[str]:
    """What the artist uses most and does not show yet."""
    shown = select(FeaturedTag.name).where(FeaturedTag.actor_id == actor.id)
    query = (
        select(PostTag.name)
        .join(Post, Post.id == PostTag.post_id)
        .where(Post.actor_id == actor.id, Post.state == PostState.PUBLISHED, Post.visibility.in_(OPEN))
        .where(PostTag.name.not_in(shown))
        .group_by(PostTag.name)
        .order_by(func.count().desc(), PostTag.name)
    )
    return list(session.scalars(query.limit(MAX)))


def label_of(typed: str) -> str:
    """Without `#`; '' for what is no hashtag."""
    label = typed.strip().lstrip("#")
    return label if label and find_hashtags(f"#{label}") == [label] else ""


def _used(session: Session, actor: Actor, names: list[str]) -> list[tuple[str, int, datetime | None]]:
    rows = session.execute(
        select(PostTag.name, func.count(), func.max(Post.published_at))
        .join(Post, Post.id == PostTag.post_id)
        .where(Post.actor_id == actor.id, Post.state == PostState.PUBLISHED, Post.visibility.in_(OPEN))
        .where(PostTag.name.in_(names))
        .group_by(PostTag.name)
    )
    return [(row[0], row[1], row[2]) for row in rows]
