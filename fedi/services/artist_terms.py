"""Artists whose terms differ from the instance's: what the site-wide files must say per path."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.models.media import Rendition
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.services import consents, media

MOST = 1000


def different(session: Session) -> list[tuple[str, Consent]]:
    """[(path, consent)] of what does not follow the instance: artists with terms of their own, and media by state.

    Paths are robots patterns: `/@lena$` and `/@lena/`, as a bare `/@lena` would speak for `/@lena2` too.
    """
    ours = consents.of_instance().consent
    query = (
        select(Actor)
        .join(Account, Account.actor_id == Actor.id)
        .where(Actor.consent.is_not(None), Actor.deleted_at.is_(None), Account.state == AccountState.APPROVED)
        .order_by(Actor.name_key)
        .limit(MOST)
    )
    said = ((actor, consents.of_actor(actor).consent) for actor in session.scalars(query))
    paths = [(path, consent) for actor, consent in said if consent != ours for path in _paths(actor.name)]
    return paths + [(path, consent) for path, consent in _media_folders(session) if consent != ours]


def _paths(name: str) -> list[str]:
    return [f"/@{name}$", f"/@{name}/", f"/users/{name}$", f"/users/{name}/"]


def _media_folders(session: Session) -> list[tuple[str, Consent]]:
    """The folders below /media/ that hold something; the one of mixed terms is closed, as any of them may be."""
    texts = session.scalars(select(Rendition.consent).where(Rendition.withdrawn_at.is_(None)).distinct())
    states = sorted({Consent.parse(text).state for text in texts})
    closed = Consent(search=Answer.DENY)
    return [(f"/media/{media.STATE_FOLDERS.get(state, 'c')}/", PRESETS.get(state, closed)) for state in states]
