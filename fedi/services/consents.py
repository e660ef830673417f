"""The artist's decisions about terms: which hold for an actor, a gallery, a post, an image.

The nearest that speaks counts: image, work, galleries it hangs in (the strictest), artist, instance. Over all of them
stands the floor of the instance, use by use.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy.orm import Session

from fedi import clock, config, urls
from fedi.errors import BadRequest
from fedi.models.actor import Actor, ActorKind
from fedi.models.gallery import Gallery
from fedi.models.media import Media, Rendition
from fedi.models.post import Post
from fedi.policy import disclosure
from fedi.policy.consent import Consent, nearest, strictest
from fedi.policy.disclosure import AiUse
from fedi.policy.licences import LICENCES, find_licence
from fedi.policy.terms import Price, Terms, check_contact
from fedi.services import consent_log

MAX_HOLDER = 255
_house_version = 0  # of the instance's own log, read at every start


def read(consent: str | None, licence: str | None) -> tuple[str | None, str | None]:
    """Both as they are kept; what is empty says nothing of its own. Raises BadRequest."""
    return (Consent.parse(consent).text if consent else None), (find_licence(licence).text if licence else None)


def of_instance() -> Terms:
    """The instance's own terms: what holds for its pages and its actor."""
    settings = config.settings()
    origin = urls.origin()
    return Terms(
        consent=_floored(_default()),
        holder_name=settings.instance_name,
        holder_url=origin,
        year=clock.now().year,
        licence=LICENCES["all-rights-reserved"],
        licence_url=f"{origin}/terms",
        policies_url=urls.policies(""),
        rsl_url=f"{origin}/rsl.xml",
        version=_house_version,
    )


def of_actor(actor: Actor) -> Terms:
    """A local artist's default terms; the house's for the instance's actor."""
    if actor.kind == ActorKind.APPLICATION:
        return of_instance()
    return _terms(actor, nearest(_own(actor.consent), _default()), actor.licence, clock.now().year)


def of_gallery(gallery: Gallery) -> Terms:
    """What holds for the works in it that say nothing of their own."""
    actor = gallery.actor
    consent = nearest(_own(gallery.consent), _own(actor.consent), _default())
    return _terms(actor, consent, gallery.licence or actor.licence, gallery.updated_at.year)


def of_post(post: Post) -> Terms:
    """The terms of a local post: its own, its galleries', else its artist's (`post.actor` must be loaded)."""
    year = (post.published_at or post.created_at).year
    return _terms(post.actor, nearest(*_scopes(post)), _licence(post), year, post.ai)


def of_media(session: Session, row: Media, post: Post | None = None) -> Terms:
    """The terms of one picture: its own, else its work's, else its artist's."""
    if post is None and row.post_id is not None:
        post = session.get(Post, row.post_id)
    if post is not None:
        return of_picture(row, post)
    actor = session.get_one(Actor, row.actor_id)
    return _terms(
        actor, nearest(_own(row.consent), _own(actor.consent), _default()), actor.licence, row.created_at.year
    )


def of_picture(row: Media, post: Post) -> Terms:
    """`of_media` for a local post whose actor is loaded, without asking the database."""
    return _terms(post.actor, nearest(_own(row.consent), *_scopes(post)), _licence(post), row.created_at.year, post.ai)


def said_of(post: Post) -> Consent | None:
    """What holds for a post, ours or not; None for one of another server that says nothing."""
    if post.local:
        return _floored(nearest(*_scopes(post)))
    return nearest(_own(post.consent), _own(post.actor.consent)) if post.consent or post.actor.consent else None


def of_whole(post: Post, rows: Sequence[Media]) -> Terms:
    """A local post and its pictures as one thing: the strictest of their terms."""
    terms = of_post(post)
    return replace(terms, consent=strictest(terms.consent, *(of_picture(row, post).consent for row in rows)))


def of_rendition(session: Session, rendition: Rendition, row: Media) -> Terms:
    """What was written into these bytes; its uses as strictly as they are answered now."""
    now = of_media(session, row)
    actor = session.get_one(Actor, row.actor_id)
    consent = strictest(Consent.parse(rendition.consent), now.consent)
    ai = disclosure.of_source(rendition.source)
    return _terms(actor, consent, rendition.licence, row.created_at.year, ai)


def set_default(
    session: Session,
    actor: Actor,
    *,
    consent: str | None,
    licence: str | None,
    holder: str = "",
    contact: str = "",
    price: str = "",
) -> None:
    """The artist's default for everything that says nothing of its own. Raises BadRequest."""
    holder = " ".join(holder.replace("\0", "").split())
    if len(holder) > MAX_HOLDER:
        raise BadRequest(f"the holder of the rights is over {MAX_HOLDER} characters")
    actor.consent, actor.licence = read(consent, licence)
    actor.rights_holder = holder or None
    actor.licence_contact = check_contact(contact) if contact.strip() else None
    actor.licence_price = str(Price.parse(price)) if price.strip() else None
    details = {"holder": actor.rights_holder, "contact": actor.licence_contact, "price": actor.licence_price}
    consent_log.record(
        session,
        actor,
        scope="artist",
        consent=actor.consent,
        licence=actor.licence,
        details={name: value for name, value in details.items() if value},
    )


def follow_house(session: Session, instance_actor: Actor) -> None:
    """Log what the operator set, when it is not what was logged last. Runs at every start."""
    global _house_version
    settings = config.settings()
    details = {"floor": settings.consent_floor} if settings.consent_floor else None
    entries = consent_log.of_actor(session, instance_actor)
    if not entries or (entries[-1].consent, entries[-1].details) != (settings.consent_default, details):
        consent_log.record(
            session,
            instance_actor,
            scope="instance",
            consent=settings.consent_default,
            licence=None,
            details=details,
        )
    _house_version = instance_actor.terms_version


def of_galleries(hung: Sequence[Gallery]) -> tuple[str | None, str | None]:
    """(consent, licence) that galleries give a work: the strictest of what they say, the licence of the oldest."""
    said = [Consent.parse(gallery.consent) for gallery in hung if gallery.consent]
    licence = next((gallery.licence for gallery in hung if gallery.licence), None)
    return (strictest(*said).text if said else None), licence


def _scopes(post: Post) -> tuple[Consent | None, ...]:
    return _own(post.consent), _own(post.hung_consent), _own(post.actor.consent), _default()


def _licence(post: Post) -> str | None:
    return post.licence or post.hung_licence or post.actor.licence


def _default() -> Consent:
    return _parsed(config.settings().consent_default)


def _own(said: str | None) -> Consent | None:
    return _parsed(said) if said else None


@lru_cache(maxsize=2048)
def _parsed(said: str) -> Consent:
    return Consent.parse(said)


def _floored(consent: Consent) -> Consent:
    floor = config.settings().consent_floor
    return _strictest(consent, floor) if floor else consent


@lru_cache(maxsize=2048)
def _strictest(consent: Consent, floor: str) -> Consent:
    return strictest(consent, _parsed(floor))


def _terms(actor: Actor, consent: Consent, licence: str | None, year: int, ai: str | None = None) -> Terms:
    return _made(
        _floored(consent),
        actor.name,
        actor.rights_holder or actor.display_name or actor.name,
        actor.uri,
        year,
        licence or "all-rights-reserved",
        actor.licence_contact or "",
        actor.licence_price or "",
        actor.terms_version,
        ai,
        urls.origin(),
    )


@lru_cache(maxsize=4096)
def _made(  # noqa: PLR0917 - its parameters are its key
    consent: Consent,
    name: str,
    holder: str,
    uri: str,
    year: int,
    licence: str,
    contact: str,
    price: str,
    version: int,
    ai: str | None,
    origin: str,
) -> Terms:
    """The same terms are asked for again and again, and keep what was made of them."""
    return Terms(
        consent=consent,
        holder_name=holder,
        holder_url=uri,
        year=year,
        licence=find_licence(licence),
        licence_url=urls.licence(name),
        policies_url=urls.policies(name),
        rsl_url=f"{origin}/rsl.xml",
        contact=contact,
        price=Price.parse(price) if price else None,
        version=version,
        ai=AiUse(ai) if ai else None,
    )
