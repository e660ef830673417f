"""What search engines are shown the way to: artists who want to be found, and what of theirs may be searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery
from fedi.models.media import Media
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.consent import Answer
from fedi.policy.terms import Terms
from fedi.services import actors, consents, galleries, media

MOST_ARTISTS = 20_000
WORKS = 1000  # in one sitemap


@dataclass(frozen=True)
class Listed:
    """An artist in the index: how many sitemaps, and when something was last shown."""

    name: str
    pages: int
    changed: datetime


@dataclass(frozen=True)
class Found:
    """A page that may be searched; `pictures` are those of a work that is behind no warning."""

    path: str
    terms: Terms
    changed: datetime
    pictures: Sequence[Media] = ()


def artists(session: Session) -> list[Listed]:
    """Those who want to be in lists and to be searched, as their works were shown, newest first."""
    newest = func.max(func.coalesce(Post.edited_at, Post.published_at))
    query = (
        select(Actor.name, func.count(Post.id), newest, Actor.created_at)
        .join(Account, Account.actor_id == Actor.id)
        .outerjoin(Post, (Post.actor_id == Actor.id) & Post.id.in_(_works().with_only_columns(Post.id)))
        .where(*_WANTS, Account.state == AccountState.APPROVED)
        .group_by(Actor.id)
        .order_by(newest.desc(), Actor.id)
        .limit(MOST_ARTISTS)
    )
    return [
        Listed(name, max(1, -(-count // WORKS)), changed or created)
        for name, count, changed, created in session.execute(query)
    ]


def pages_of(session: Session, name: str, number: int) -> list[Found]:
    """The number-th part of an artist's pages, 1 with profile and galleries. Raises NotFound for who is not listed."""
    actor = actors.published(session, name)
    if actor is None or not (actor.discoverable and actor.indexable) or actor.limited_at is not None:
        raise NotFound("there is no such sitemap")
    query = _works().where(Post.actor_id == actor.id).order_by(Post.id.desc())
    works = list(session.scalars(query.limit(WORKS).offset((number - 1) * WORKS)).unique())
    if number > 1 and not works:
        raise NotFound("there is no such sitemap")
    pictures = media.of_posts(session, [post.id for post in works if not (post.covered or post.summary)])
    found = [_work(post, pictures.get(post.id, [])) for post in works]
    if number == 1:
        changed = max((each.changed for each in found), default=actor.created_at)
        profile = Found(f"/@{actor.name}", consents.of_actor(actor), changed)
        found = [profile, *_galleries(session, actor), *found]
    return [each for each in found if each.terms.consent.search == Answer.ALLOW]


_WANTS = (
    Actor.discoverable.is_(True),
    Actor.indexable.is_(True),
    Actor.limited_at.is_(None),
    Actor.suspended_at.is_(None),
    Actor.deleted_at.is_(None),
    Actor.domain.is_(None),
)


def _works() -> Select[Post]:
    return select(Post).where(
        Post.local.is_(True),
        Post.artwork.is_(True),
        Post.state == PostState.PUBLISHED,
        Post.visibility == Visibility.PUBLIC,
    )


def _work(post: Post, pictures: Sequence[Media]) -> Found:
    """Only pictures whose own terms let them be searched."""
    shown = [row for row in pictures if consents.of_picture(row, post).consent.search == Answer.ALLOW]
    changed = post.edited_at or post.published_at or post.created_at
    return Found(f"/@{post.actor.name}/{post.id}", consents.of_post(post), changed, shown)


def _galleries(session: Session, actor: Actor) -> list[Found]:
    return [
        Found(galleries.page(gallery), consents.of_gallery(gallery), gallery.updated_at)
        for gallery in galleries.of_actor(session, actor)
        if _hangs(session, gallery)
    ]


def _hangs(session: Session, gallery: Gallery) -> bool:
    return any(post.visibility == Visibility.PUBLIC for post in galleries.works(session, gallery, None))
