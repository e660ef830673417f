"""Finding the person of an address such as `/@mira` or `/@otto@b.example`, as far as the reader may see them."""

from sqlalchemy.orm import Session

from fedi.errors import Gone, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.services import actors

MISSING = "there is nobody of that name here"


def find(session: Session, handle: str, viewer: Actor | None = None) -> Actor:
    """An actor that may be shown to the viewer. Raises Gone for a deleted one, NotFound otherwise.

    People of a limited server are shown to no stranger.
    """
    name, _, domain = handle.partition("@")
    if not domain:
        return _ours(session, name)
    actor = actors.by_handle(session, handle)
    if actor is not None and actor.local:
        return _ours(session, actor.name)
    if actor is not None and actor.limited_at is not None and viewer is None:
        raise NotFound(MISSING)
    return _shown(actor)


def by_id(session: Session, actor_id: int) -> Actor:
    """The same for an id in a form. Raises NotFound."""
    actor = session.get(Actor, actor_id)
    if actor is not None and actor.local:
        return _ours(session, actor.name)
    return _shown(actor)


def me(session: Session, account_id: int) -> Account:
    """The signed-in account in this session."""
    return session.get_one(Account, account_id)


def viewer(session: Session, account_id: int | None) -> Actor | None:
    return session.get_one(Account, account_id).actor if account_id is not None else None


def _ours(session: Session, name: str) -> Actor:
    if actors.is_gone(session, name):
        raise Gone("this account was deleted")
    found = actors.published(session, name)
    if found is None:
        raise NotFound(MISSING)
    return found


def _shown(actor: Actor | None) -> Actor:
    if actor is None or not actor.available or actor.kind == ActorKind.APPLICATION:
        raise NotFound(MISSING)
    return actor
