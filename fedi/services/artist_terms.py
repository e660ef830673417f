"""Artists whose terms differ from the instance's: what the site-wide files must say per path."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.policy.consent import Consent
from fedi.services import consents

MOST = 1000


def different(session: Session) -> list[tuple[str, Consent]]:
    """[(path prefix of the artist, consent)] of everyone whose own default is not the instance's."""
    ours = consents.of_instance().consent
    query = (
        select(Actor)
        .join(Account, Account.actor_id == Actor.id)
        .where(Actor.consent.is_not(None), Actor.deleted_at.is_(None), Account.state == AccountState.APPROVED)
        .order_by(Actor.name_key)
        .limit(MOST)
    )
    said = ((actor, consents.of_actor(actor).consent) for actor in session.scalars(query))
    return [(f"/@{actor.name}", consent) for actor, consent in said if consent != ours]
