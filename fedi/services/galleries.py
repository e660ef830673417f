"""Galleries of our artists: made, filled, put in order, and seen by each reader as far as the works may be seen."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery, GalleryItem
from fedi.models.post import Post, PostState
from fedi.services import consent_log, consents, posts, term_changes

MAX_GALLERIES, MAX_WORKS = 50, 200
MAX_TITLE, MAX_SUMMARY = 200, 2000
_OTHER = re.compile(r"[^a-z0-9]+")


def create(session: Session, actor: Actor, *, title: str, summary: str = "") -> Gallery:
    """A new gallery without works. Raises BadRequest."""
    title, summary = _checked(title, summary)
    if (session.scalar(select(func.count()).select_from(Gallery).where(Gallery.actor_id == actor.id)) or 0) >= (
        MAX_GALLERIES
    ):
        raise BadRequest(f"you have {MAX_GALLERIES} galleries, the most there can be")
    row = Gallery(actor_id=actor.id, slug=_free_slug(session, actor, title), title=title, summary=summary)
    row.actor = actor
    session.add(row)
    session.flush()
    return row


def change(
    session: Session, gallery: Gallery, *, title: str, summary: str, works: Sequence[int], cover: int | None
) -> None:
    """Take new words, exactly these works in this order, and one of them as cover (None: the first).

    Raises BadRequest for works that are not the artist's own, or too many.
    """
    gallery.title, gallery.summary = _checked(title, summary)
    wanted = list(dict.fromkeys(works))
    if len(wanted) > MAX_WORKS:
        raise BadRequest(f"a gallery has at most {MAX_WORKS} works")
    for post_id in wanted:
        _own(session, gallery, post_id)
    if cover is not None and cover not in wanted:
        raise BadRequest("the cover must be one of the works")
    there = item_ids(session, gallery)
    session.execute(delete(GalleryItem).where(GalleryItem.gallery_id == gallery.id))
    session.add_all(
        GalleryItem(gallery_id=gallery.id, post_id=post_id, position=position)
        for position, post_id in enumerate(wanted)
    )
    gallery.cover_id = cover
    gallery.updated_at = clock.now()
    session.flush()
    _settle(session, {*there, *wanted})


def set_terms(session: Session, gallery: Gallery, *, consent: str | None, licence: str | None) -> None:
    """What holds for works in it that say nothing of their own (None: what their artist says). Raises BadRequest."""
    said = consents.read(consent, licence)
    if said == (gallery.consent, gallery.licence):
        return
    gallery.consent, gallery.licence = said
    gallery.updated_at = clock.now()
    consent_log.record(session, gallery.actor, scope=f"gallery:{gallery.id}", consent=said[0], licence=said[1])
    _settle(session, item_ids(session, gallery))


def add(session: Session, gallery: Gallery, post: Post) -> None:
    """Put a work at the end; one that is in it stays where it is. Raises BadRequest."""
    there = item_ids(session, gallery)
    if post.id not in there:
        cover = gallery.cover_id if gallery.cover_id in there else None
        change(session, gallery, title=gallery.title, summary=gallery.summary, works=[*there, post.id], cover=cover)


def remove(session: Session, gallery: Gallery) -> None:
    """The gallery goes, its works stay."""
    there = item_ids(session, gallery)
    session.delete(gallery)
    session.flush()
    _settle(session, there)


def find(session: Session, actor: Actor, slug: str) -> Gallery:
    """Raises NotFound."""
    row = session.scalar(select(Gallery).where(Gallery.actor_id == actor.id, Gallery.slug == slug))
    if row is None:
        raise NotFound("there is no such gallery")
    return row


def get_own(session: Session, actor: Actor, gallery_id: int) -> Gallery:
    """Raises NotFound."""
    row = session.get(Gallery, gallery_id)
    if row is None or row.actor_id != actor.id:
        raise NotFound("there is no such gallery of yours")
    return row


def of_actor(session: Session, actor: Actor) -> list[Gallery]:
    """Oldest first: the order in which the artist made them."""
    return list(session.scalars(select(Gallery).where(Gallery.actor_id == actor.id).order_by(Gallery.id)))


def of_posts(session: Session, post_ids: Sequence[int]) -> dict[int, list[Gallery]]:
    """The galleries that each of many posts is in, in one query."""
    query = select(GalleryItem.post_id, Gallery).join(Gallery, Gallery.id == GalleryItem.gallery_id)
    found: dict[int, list[Gallery]] = {}
    for post_id, gallery in session.execute(query.where(GalleryItem.post_id.in_(post_ids)).order_by(Gallery.id)):
        found.setdefault(post_id, []).append(gallery)
    return found


def item_ids(session: Session, gallery: Gallery) -> list[int]:
    """The ids of its works, in order; deleted ones are none."""
    query = (
        select(GalleryItem.post_id)
        .join(Post, Post.id == GalleryItem.post_id)
        .where(GalleryItem.gallery_id == gallery.id, Post.state != PostState.WITHDRAWN)
        .order_by(GalleryItem.position)
    )
    return list(session.scalars(query))


def works(session: Session, gallery: Gallery, viewer: Actor | None) -> list[Post]:
    """Its published works that the viewer may see, in order."""
    query = (
        select(Post)
        .join(GalleryItem, GalleryItem.post_id == Post.id)
        .where(GalleryItem.gallery_id == gallery.id, Post.state == PostState.PUBLISHED)
        .order_by(GalleryItem.position)
    )
    return [post for post in session.scalars(query).unique() if posts.visible(session, post, viewer)]


def cover(gallery: Gallery, works_: Sequence[Post]) -> Post | None:
    """The work that stands for it among those that a reader sees."""
    return next((post for post in works_ if post.id == gallery.cover_id), works_[0] if works_ else None)


def uri(gallery: Gallery) -> str:
    return urls.gallery(gallery.actor.name, gallery.slug)


def page(gallery: Gallery) -> str:
    """The path of its page."""
    return f"/@{gallery.actor.name}/galleries/{gallery.slug}"


def _settle(session: Session, post_ids: Collection[int]) -> None:
    """Works stand under the terms of the galleries they hang in now; who has one whose terms changed is told."""
    changed = []
    hung = of_posts(session, list(post_ids))
    for post in session.scalars(select(Post).where(Post.id.in_(post_ids))).unique():
        before = consents.of_post(post)
        post.hung_consent, post.hung_licence = consents.of_galleries(hung.get(post.id, []))
        if consents.of_post(post) != before and post.state == PostState.PUBLISHED:
            changed.append(post)
    session.flush()
    term_changes.of_works(session, changed)


def _own(session: Session, gallery: Gallery, post_id: int) -> None:
    post = session.get(Post, post_id)
    if post is None or post.actor_id != gallery.actor_id or post.state == PostState.WITHDRAWN:
        raise BadRequest("a gallery holds works of its artist")


def _checked(title: str, summary: str) -> tuple[str, str]:
    title, summary = title.replace("\0", "").strip(), summary.replace("\0", "").strip()
    if not title:
        raise BadRequest("a gallery needs a title")
    for name, value, most in (("title", title, MAX_TITLE), ("text", summary, MAX_SUMMARY)):
        if len(value) > most:
            raise BadRequest(f"the {name} is over {most} characters")
    return title, summary


def _free_slug(session: Session, actor: Actor, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    wanted = _OTHER.sub("-", plain).strip("-")[:48].strip("-") or "gallery"
    taken = set(session.scalars(select(Gallery.slug).where(Gallery.actor_id == actor.id)))
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, MAX_GALLERIES + 2) if (slug := f"{wanted}-{number}") not in taken)
