"""What many people turn to at present: hashtags, and public posts of people who want to be found.

Worked out anew every few minutes in each process; a post counts by how many different people liked and boosted it in
the last days, a hashtag by how many used it.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, distinct, func, select, union_all
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.models.actor import Actor
from fedi.models.interaction import Boost, Like
from fedi.models.post import Post, PostState, PostTag, Visibility
from fedi.services import relations

LATELY = timedelta(days=3)
WEEK = timedelta(days=7)
MOST = 200  # of each, in the order in which they are told
KEPT_SECONDS = 300.0
_kept: dict[tuple[str, str], tuple[float, Sequence[int | str]]] = {}


def tags(session: Session, *, limit: int, offset: int = 0) -> list[str]:
    """Names of hashtags, those first which the most people used in a week."""
    names = _keep(session, "tags", _used_tags())
    return [str(name) for name in names[offset : offset + limit]]


def posts(session: Session, viewer: Actor | None, *, limit: int, offset: int = 0) -> list[Post]:
    """Posts, those first which the most people liked or boosted; nobody's that the viewer does not want to see."""
    ids = [int(id_) for id_ in _keep(session, "posts", _liked_posts())]
    query = select(Post).join(Actor, Actor.id == Post.actor_id).where(Post.id.in_(ids), *_proper())
    if viewer is not None:
        query = query.where(relations.hears(viewer, Post.actor_id))
    found = {post.id: post for post in session.scalars(query).unique()}
    return [found[id_] for id_ in ids if id_ in found][offset : offset + limit]


def forget() -> None:
    """Work everything out anew at the next question."""
    _kept.clear()


def _keep(session: Session, name: str, query: Select[int] | Select[str]) -> Sequence[int | str]:
    key = (db.url(), name)
    kept = _kept.get(key)
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        kept = _kept[key] = (time.monotonic(), session.scalars(query.limit(MOST)).all())
    return kept[1]


def _used_tags() -> Select[str]:
    people = func.count(distinct(Post.actor_id))
    return (
        select(PostTag.name)
        .join(Post, Post.id == PostTag.post_id)
        .join(Actor, Actor.id == Post.actor_id)
        .where(Post.id > clock.new_id(clock.now() - WEEK), *_proper())
        .group_by(PostTag.name)
        .order_by(people.desc(), func.count().desc(), PostTag.name)
    )


def _liked_posts() -> Select[int]:
    since = clock.new_id(clock.now() - LATELY)
    said = union_all(
        *(
            select(row.post_id.label("post_id"), row.actor_id.label("actor_id")).where(row.id > since)
            for row in (Like, Boost)
        )
    ).subquery()
    people = func.count(distinct(said.c.actor_id))
    return (
        select(Post.id)
        .join(said, said.c.post_id == Post.id)
        .join(Actor, Actor.id == Post.actor_id)
        .where(Post.id > since, said.c.actor_id != Post.actor_id, *_proper())
        .group_by(Post.id)
        .order_by(people.desc(), Post.id.desc())
    )


def _proper() -> tuple[ColumnElement[bool], ...]:
    """Public, no answer, nothing to be warned of, by somebody who wants to be found."""
    return (
        Post.state == PostState.PUBLISHED,
        Post.visibility == Visibility.PUBLIC,
        Post.in_reply_to_uri.is_(None),
        Post.sensitive.is_(False),
        Actor.sensitized_at.is_(None),
        Post.summary == "",
        Actor.discoverable.is_(True),
        Actor.deleted_at.is_(None),
        Actor.suspended_at.is_(None),
        Actor.limited_at.is_(None),
    )
