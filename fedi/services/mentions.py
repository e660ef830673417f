"""The people a text names: handles to the actors we know, and the handles we would have to look up elsewhere."""

from sqlalchemy.orm import Session

from fedi import config
from fedi.models.actor import Actor, ActorKind
from fedi.services import actors
from fedi.text import find_mentions

MAX_MENTIONS = 50


def known(session: Session, text: str) -> dict[str, Actor]:
    """{handle as it stands in the text: actor} of everyone we know who is there."""
    found: dict[str, Actor] = {}
    for handle in find_mentions(text)[:MAX_MENTIONS]:
        actor = of_handle(session, handle)
        if actor is not None and actor.available:
            found[handle] = actor
    return found


def unknown(session: Session, text: str) -> list[str]:
    """Handles of other servers in the text that name nobody we know."""
    return [
        handle
        for handle in find_mentions(text)[:MAX_MENTIONS]
        if "@" in handle and not _ours(handle.partition("@")[2]) and of_handle(session, handle) is None
    ]


def of_handle(session: Session, handle: str) -> Actor | None:
    """The actor of `mira`, `@mira` or `mira@art.example`, when we know it."""
    found = actors.by_handle(session, handle)
    return None if found is not None and found.local and found.kind == ActorKind.APPLICATION else found


def _ours(domain: str) -> bool:
    settings = config.settings()
    return domain.lower() in {settings.domain, settings.host.lower()}
