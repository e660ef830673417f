"""Policy documents of artists and of the instance: which there are, and the terms that each of them says.

A document is there when the holder really said so, or something more open: nobody can make up an address at which an
artist seems to permit what she never permitted.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import NotFound
from fedi.models.actor import Actor, ActorKind
from fedi.models.instance import ConsentEntry
from fedi.policy.consent import Consent, strictest
from fedi.policy.licences import find_licence
from fedi.policy.terms import Price, Terms
from fedi.services import consents, instance

MISSING = "there is no such policy"


@dataclass(frozen=True)
class Policy:
    """The terms, and the decision they stand on (None: from before decisions were numbered)."""

    terms: Terms
    entry: ConsentEntry | None


def find(session: Session, actor: Actor, slug: str, version: int | None = None) -> Policy:
    """The policy of a local artist, or of the instance's actor. Raises NotFound for what was never said.

    With a `version` it is what held then: licence, holder, contact and price as the log has them.
    """
    consent = Consent.of_slug(slug)
    if consent is None:
        raise NotFound(MISSING)
    number = actor.terms_version if version is None else version
    entry = session.scalar(
        select(ConsentEntry).where(ConsentEntry.actor_id == actor.id, ConsentEntry.version == number).limit(1)
    )
    if version is not None and (entry is None or version < 1):
        raise NotFound(MISSING)
    if not any(strictest(said, consent) == consent for said in _said(session, actor, number)):
        raise NotFound(MISSING)
    terms = consents.of_actor(actor)
    if version is not None and actor.kind != ActorKind.APPLICATION:
        terms = _as_of(session, actor, terms, version)
    return Policy(replace(terms, consent=consent, version=number), entry)


def _said(session: Session, actor: Actor, number: int) -> set[Consent]:
    """Everything the holder said up to then, and what the instance says for those who say nothing."""
    own = select(ConsentEntry.consent).where(ConsentEntry.actor_id == actor.id, ConsentEntry.version <= number)
    house = select(ConsentEntry.consent).where(ConsentEntry.actor_id == instance.instance_actor(session).id)
    texts = {*session.scalars(own.distinct()), *session.scalars(house.distinct()), config.settings().consent_default}
    return {Consent.parse(text) for text in texts if text}


def _as_of(session: Session, actor: Actor, terms: Terms, version: int) -> Terms:
    query = (
        select(ConsentEntry)
        .where(ConsentEntry.actor_id == actor.id, ConsentEntry.scope == "artist", ConsentEntry.version <= version)
        .order_by(ConsentEntry.version.desc())
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return terms
    details = row.details or {}
    return replace(
        terms,
        licence=find_licence(row.licence or "all-rights-reserved"),
        holder_name=details.get("holder") or actor.display_name or actor.name,
        contact=details.get("contact", ""),
        price=Price.parse(details["price"]) if "price" in details else None,
    )
