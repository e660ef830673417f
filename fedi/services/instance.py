"""The instance itself: its pinned domain, and the actor that signs its own requests."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock, config, urls
from fedi.config import BadSettings
from fedi.errors import OurFault
from fedi.models.actor import Actor, ActorKind
from fedi.models.instance import Fact
from fedi.services import actor_keys, consents, registries, vapid


def prepare(session: Session) -> None:
    """Pin the domain of a new database, refuse a changed one, and make the instance actor. Runs at every start."""
    settings = config.settings()
    pinned = {"domain": settings.domain, "origin": settings.origin}
    for name, value in pinned.items():
        fact = session.get(Fact, name)
        if fact is None:
            session.add(Fact(name=name, value=value))
        elif fact.value != value:
            raise BadSettings(
                f"this database was made for {name} {fact.value}, but the settings say {value}: "
                f"every address would break. Set FEDI_{'DOMAIN' if name == 'domain' else 'WEB_ORIGIN'} back",
            )
    registries.on()  # refuses a name that it does not know
    vapid.prepare(session)
    consents.follow_house(session, find_instance_actor(session) or _make_instance_actor(session))


def find_instance_actor(session: Session) -> Actor | None:
    return session.scalar(select(Actor).where(Actor.uri == urls.instance_actor()))


def instance_actor(session: Session) -> Actor:
    """The Application actor at /actor (FEP-d556, FEP-2677). Raises OurFault before `prepare`."""
    found = find_instance_actor(session)
    if found is None:
        raise OurFault("the instance actor is missing: run `fedi migrate`")
    return found


def _make_instance_actor(session: Session) -> Actor:
    settings = config.settings()
    uri = urls.instance_actor()
    actor = Actor(
        uri=uri,
        url=f"{urls.origin()}/about",
        kind=ActorKind.APPLICATION,
        name=settings.domain,
        name_key=settings.domain,
        host=settings.host.lower(),
        display_name=settings.instance_name,
        inbox=f"{uri}/inbox",
        shared_inbox=urls.shared_inbox(),
        outbox=f"{uri}/outbox",
        locked=True,
        discoverable=False,
        published_at=clock.now(),
    )
    session.add(actor)
    session.flush()
    actor_keys.make_keys(session, actor)
    return actor
