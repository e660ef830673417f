"""Artists whose terms differ from the instance's: what the site-wide files must say per path."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.models.media import Rendition
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.services import consents, media

MOST = 1000
SHOWN = {Visibility.PUBLIC, Visibility.UNLISTED}


def different(session: Session, most: int = MOST) -> list[tuple[str, Consent]]:
    """[(path, consent)] of what does not follow the instance: artists with terms of their own, and media by state;
    before them the works that do not follow their artist, the stricter ones first where there are many. At most
    `most` artists, and as many works.

    Paths are robots patterns: `/@lena$` and `/@lena/`, as a bare `/@lena` would speak for `/@lena2` too.
    """
    ours = consents.of_instance().consent
    query = (
        select(Actor)
        .join(Account, Account.actor_id == Actor.id)
        .where(Actor.consent.is_not(None), Actor.deleted_at.is_(None), Account.state == AccountState.APPROVED)
        .order_by(Actor.name_key)
        .limit(most)
    )
    said = ((actor, consents.of_actor(actor).consent) for actor in session.scalars(query))
    paths = [(path, consent) for actor, consent in said if consent != ours for path in _paths(actor.name)]
    return (
        _works(session, most)
        + paths
        + [(path, consent) for path, consent in _media_folders(session) if consent != ours]
    )


def _works(session: Session, most: int) -> list[tuple[str, Consent]]:
    """A work's paths are plain prefixes: all ids have the same length, and what lies below the work follows it."""
    query = (
        select(Post)
        .join(Actor, Actor.id == Post.actor_id)
        .where(
            Post.consent.is_not(None), Post.local, Post.state == PostState.PUBLISHED, Post.visibility.in_(SHOWN),
            Actor.deleted_at.is_(None),
        )
        .order_by((Post.consent == "allowed"), Post.id.desc())
        .options(selectinload(Post.actor))
        .limit(most)
    )  # fmt: skip
    said = ((post, consents.of_post(post).consent) for post in session.scalars(query))
    return [
        (path, consent)
        for post, consent in said
        if consent != consents.of_actor(post.actor).consent
        for path in (f"/@{post.actor.name}/{post.id}", f"/users/{post.actor.name}/posts/{post.id}")
    ]


def _paths(name: str) -> list[str]:
    return [f"/@{name}$", f"/@{name}/", f"/users/{name}$", f"/users/{name}/"]


def _media_folders(session: Session) -> list[tuple[str, Consent]]:
    """The folders below /media/ that hold something; the one of mixed terms is closed, as any of them may be."""
    texts = session.scalars(select(Rendition.consent).where(Rendition.withdrawn_at.is_(None)).distinct())
    states = sorted({Consent.parse(text).state for text in texts})
    closed = Consent(search=Answer.DENY)
    return [(f"/media/{media.STATE_FOLDERS.get(state, 'c')}/", PRESETS.get(state, closed)) for state in states]
