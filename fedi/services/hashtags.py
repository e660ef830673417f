"""Hashtags: finding some by how they begin, and how much each was used lately."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.post import Post, PostState, PostTag, Visibility


def search(session: Session, text: str, *, limit: int, offset: int = 0) -> list[str]:
    """Names (lower case) that begin with the text and stand on a public post, the exact one first."""
    wanted = text.strip().lstrip("#").lower()
    if not wanted:
        return []
    query = (
        select(PostTag.name)
        .join(Post, Post.id == PostTag.post_id)
        .where(PostTag.name.startswith(wanted, autoescape=True), *_public())
        .group_by(PostTag.name)
        .order_by(func.length(PostTag.name), func.count().desc(), PostTag.name)
    )
    return list(session.scalars(query.limit(limit).offset(offset)))


def week(session: Session, name: str) -> list[tuple[datetime, int, int]]:
    """(day, posts, people) of the last seven days, today first."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for back in range(7):
        start = today - timedelta(days=back)
        posts, people = session.execute(
            select(func.count(), func.count(distinct(Post.actor_id)))
            .join(PostTag, PostTag.post_id == Post.id)
            .where(PostTag.name == name.lower(), *_public())
            .where(Post.published_at >= start, Post.published_at < start + timedelta(days=1)),
        ).one()
        found.append((start, posts, people))
    return found


def _public() -> tuple[ColumnElement[bool], ...]:
    return (Post.state == PostState.PUBLISHED, Post.visibility == Visibility.PUBLIC)
