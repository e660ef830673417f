"""Artists whose terms differ from the instance's: what the site-wide files must say per path."""

from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery
from fedi.models.media import Rendition
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.policy.terms import Terms
from fedi.services import consents, media

MOST = 1000
SHOWN = {Visibility.PUBLIC, Visibility.UNLISTED}


def different(session: Session, most: int = MOST) -> list[tuple[str, Terms]]:
    """[(path, terms)] of what does not follow the instance: artists with terms of their own, and media by state;
    before them the works that do not follow their artist, the stricter ones first where there are many. At most
    `most` artists, and as many works.

    Paths are robots patterns: `/@lena$` and `/@lena/`, as a bare `/@lena` would speak for `/@lena2` too.
    """
    ours = consents.of_instance()
    query = (
        select(Actor)
        .join(Account, Account.actor_id == Actor.id)
        .where(Actor.consent.is_not(None), Actor.deleted_at.is_(None), Account.state == AccountState.APPROVED)
        .order_by(Actor.name_key)
        .limit(most)
    )
    said = ((actor, consents.of_actor(actor)) for actor in session.scalars(query))
    artists = [(path, terms) for actor, terms in said if _differs(terms, ours) for path in _paths(actor.name)]
    return _works(session, most) + _galleries(session, most) + artists + _media_folders(session, ours)


def _differs(terms: Terms, ours: Terms) -> bool:
    """Whether it needs a line of its own: another answer, or conditions that only the artist herself can tell."""
    return terms.consent != ours.consent or bool(terms.offer)


def _works(session: Session, most: int) -> list[tuple[str, Terms]]:
    """A work's paths are plain prefixes: all ids have the same length, and what lies below the work follows it."""
    query = (
        select(Post)
        .join(Actor, Actor.id == Post.actor_id)
        .where(
            or_(Post.consent.is_not(None), Post.hung_consent.is_not(None)),
            Post.local, Post.state == PostState.PUBLISHED, Post.visibility.in_(SHOWN), Actor.deleted_at.is_(None),
        )
        .order_by((func.coalesce(Post.consent, Post.hung_consent) == "allowed"), Post.id.desc())
        .options(selectinload(Post.actor))
        .limit(most)
    )  # fmt: skip
    said = ((post, consents.of_post(post)) for post in session.scalars(query))
    return [
        (path, terms)
        for post, terms in said
        if terms.consent != consents.of_actor(post.actor).consent
        for path in (f"/@{post.actor.name}/{post.id}", f"/users/{post.actor.name}/posts/{post.id}")
    ]


def _galleries(session: Session, most: int) -> list[tuple[str, Terms]]:
    query = (
        select(Gallery)
        .join(Actor, Actor.id == Gallery.actor_id)
        .where(Gallery.consent.is_not(None), Actor.deleted_at.is_(None))
        .order_by((Gallery.consent == "allowed"), Gallery.id.desc())
        .limit(most)
    )
    said = ((gallery, consents.of_gallery(gallery)) for gallery in session.scalars(query))
    return [
        (f"/{folder}{gallery.actor.name}/galleries/{gallery.slug}$", terms)
        for gallery, terms in said
        if terms.consent != consents.of_actor(gallery.actor).consent
        for folder in ("@", "users/")
    ]


def _paths(name: str) -> list[str]:
    return [f"/@{name}$", f"/@{name}/", f"/@{name}.rss$", f"/@{name}.atom$", f"/users/{name}$", f"/users/{name}/"]


def _media_folders(session: Session, ours: Terms) -> list[tuple[str, Terms]]:
    """The folders below /media/ that hold something; the one of mixed terms is closed, as any of them may be."""
    texts = session.scalars(select(Rendition.consent).where(Rendition.withdrawn_at.is_(None)).distinct())
    states = sorted({Consent.parse(text).state for text in texts})
    closed = Consent(search=Answer.DENY)
    said = [(f"/media/{media.STATE_FOLDERS.get(state, 'c')}/", PRESETS.get(state, closed)) for state in states]
    # Pictures of many artists: where their conditions stand is in each file, not here.
    return [
        (path, replace(ours, consent=consent, policies_url="")) for path, consent in said if consent != ours.consent
    ]
