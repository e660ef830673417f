"""Following hashtags."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi import db
from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.tag_follow import TagFollow
from fedi.services.paging import Page, rows

MAX = 500


def follow(session: Session, actor: Actor, name: str) -> None:
    """Public posts with the hashtag come home from now on. Raises BadRequest when there are too many."""
    if len(among(session, actor, [name])) == 0 and len(listed(session, actor, Page(limit=MAX))) >= MAX:
        raise BadRequest(f"Validation failed: You follow {MAX} hashtags, the most there can be")
    db.insert_new(session, TagFollow, ["actor_id", "name"], actor_id=actor.id, name=name.lower())


def unfollow(session: Session, actor: Actor, name: str) -> None:
    session.execute(delete(TagFollow).where(TagFollow.actor_id == actor.id, TagFollow.name == name.lower()))


def listed(session: Session, actor: Actor, page: Page) -> list[TagFollow]:
    """Newest first."""
    return rows(session, select(TagFollow).where(TagFollow.actor_id == actor.id), TagFollow.id, page)


def among(session: Session, actor: Actor, names: Sequence[str]) -> set[str]:
    """Which of these hashtags (lower case) the actor follows."""
    wanted = [name.lower() for name in names]
    query = select(TagFollow.name).where(TagFollow.actor_id == actor.id, TagFollow.name.in_(wanted))
    return set(session.scalars(query))
