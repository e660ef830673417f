"""The artist's decisions about terms: which hold for an actor, a post, an image, and the append-only log of them."""

import hashlib

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock, config, urls
from fedi.models.actor import Actor
from fedi.models.instance import ConsentEntry
from fedi.models.media import Media, Rendition
from fedi.models.post import Post
from fedi.policy import disclosure
from fedi.policy.consent import Consent, nearest, strictest
from fedi.policy.disclosure import AiUse
from fedi.policy.terms import LICENCES, Terms, find_licence


def read(consent: str | None, licence: str | None) -> tuple[str | None, str | None]:
    """Both as they are kept; what is empty says nothing of its own. Raises BadRequest."""
    return (Consent.parse(consent).text if consent else None), (find_licence(licence).key if licence else None)


def of_instance() -> Terms:
    """The instance's own terms: what holds for its pages and its actor."""
    settings = config.settings()
    return Terms(
        consent=_floored(Consent.parse(settings.consent_default)),
        holder_name=settings.instance_name,
        holder_url=urls.origin(),
        year=clock.now().year,
        licence=LICENCES["all-rights-reserved"],
        licence_url=f"{urls.origin()}/terms",
        policy_url=None,
        version=1,
    )


def of_actor(actor: Actor) -> Terms:
    """A local artist's default terms."""
    return _terms(actor, nearest(_own(actor.consent), _default()), actor.licence, clock.now().year)


def of_post(post: Post) -> Terms:
    """The terms of a local post: its own, else its artist's (`post.actor` must be loaded)."""
    consent = nearest(_own(post.consent), _own(post.actor.consent), _default())
    year = (post.published_at or post.created_at).year
    return _terms(post.actor, consent, post.licence or post.actor.licence, year, post.ai)


def of_media(session: Session, row: Media, post: Post | None = None) -> Terms:
    """The terms of one picture: its own, else its work's, else its artist's."""
    if post is None and row.post_id is not None:
        post = session.get(Post, row.post_id)
    actor = session.get_one(Actor, row.actor_id)
    consent = nearest(_own(row.consent), _own(post.consent if post else None), _own(actor.consent), _default())
    licence, ai = (post.licence, post.ai) if post else (None, None)
    return _terms(actor, consent, licence or actor.licence, row.created_at.year, ai)


def of_picture(row: Media, post: Post) -> Terms:
    """`of_media` for a local post whose actor is loaded, without asking the database."""
    consent = nearest(_own(row.consent), _own(post.consent), _own(post.actor.consent), _default())
    return _terms(post.actor, consent, post.licence or post.actor.licence, row.created_at.year, post.ai)


def of_rendition(session: Session, rendition: Rendition, row: Media) -> Terms:
    """The terms that were written into these bytes."""
    actor = session.get_one(Actor, row.actor_id)
    ai = disclosure.of_source(rendition.source)
    return _terms(actor, Consent.parse(rendition.consent), rendition.licence, row.created_at.year, ai)


def set_default(session: Session, actor: Actor, *, consent: str | None, licence: str | None) -> None:
    """The artist's default for everything that says nothing of its own. Raises BadRequest."""
    actor.consent, actor.licence = read(consent, licence)
    record(session, actor, scope="artist", consent=actor.consent, licence=actor.licence)


def record(session: Session, actor: Actor, *, scope: str, consent: str | None, licence: str | None) -> None:
    """Append one decision; each entry's hash covers the one before it (per artist)."""
    previous = (
        session.scalar(
            select(ConsentEntry.hash)
            .where(ConsentEntry.actor_id == actor.id)
            .order_by(ConsentEntry.id.desc())
            .limit(1),
        )
        or ""
    )
    at = clock.now()
    said = {"actor": actor.uri, "scope": scope, "consent": consent, "licence": licence, "at": clock.iso_millis(at)}
    digest = hashlib.sha256(previous.encode() + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
    session.add(
        ConsentEntry(
            actor_id=actor.id,
            scope=scope,
            consent=consent,
            licence=licence,
            created_at=at,
            previous_hash=previous,
            hash=digest,
        ),
    )
    session.flush()


def _default() -> Consent:
    return Consent.parse(config.settings().consent_default)


def _own(said: str | None) -> Consent | None:
    return Consent.parse(said) if said else None


def _floored(consent: Consent) -> Consent:
    floor = config.settings().consent_floor
    return strictest(consent, Consent.parse(floor)) if floor else consent


def _terms(actor: Actor, consent: Consent, licence: str | None, year: int, ai: str | None = None) -> Terms:
    return Terms(
        consent=_floored(consent),
        holder_name=actor.display_name or actor.name,
        holder_url=actor.uri,
        year=year,
        licence=find_licence(licence) if licence else LICENCES["all-rights-reserved"],
        licence_url=urls.licence(actor.name),
        policy_url=None,
        version=1,
        ai=AiUse(ai) if ai else None,
    )
