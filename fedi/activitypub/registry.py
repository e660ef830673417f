"""Which verbs we understand and which we say: filled by the files of `verbs/`, found by their folder.

`@receives("Follow")` marks what an activity does to us: `handler(session, incoming) -> None`, run in the transaction
that also moves its inbox message; it raises `Ignored` for what is none of our business. `@publishes("follow")` marks
what we send: `render(session, outgoing) -> dict`, the whole document of an outgoing row.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from fedi.activitypub.incoming import Incoming
from fedi.errors import OurFault
from fedi.models.actor import Actor
from fedi.models.outgoing import Outgoing

Handler = Callable[[Session, Incoming], None]
Renderer = Callable[[Session, Outgoing], dict[str, Any]]
H = TypeVar("H", bound=Handler)
R = TypeVar("R", bound=Renderer)

RECEIVES: dict[str, Handler] = {}
PUBLISHES: dict[str, Renderer] = {}
# (activity type, type of its object): so that follow.py owns the Accept, Reject and Undo of a Follow.
ANSWERS: dict[tuple[str, str], Handler] = {}
_found = False


def receives(kind: str, of: str = "") -> Callable[[H], H]:
    """Register what the activity type does to us; with `of` only when its object is of that type."""

    def register(handler: H) -> H:
        if of:
            ANSWERS[kind, of] = handler
        else:
            RECEIVES[kind] = handler
        return handler

    return register


def publishes(verb: str) -> Callable[[R], R]:
    """Register the document of an outgoing verb."""

    def register(render: R) -> R:
        PUBLISHES[verb] = render
        return render

    return register


def find() -> None:
    """Import every file of `verbs/` once."""
    global _found
    if _found:
        return
    package = importlib.import_module("fedi.activitypub.verbs")
    for info in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{info.name}")
    _found = True


def handler(kind: str) -> Handler | None:
    """What an activity of this type does to us; None for types we do not know."""
    find()
    return RECEIVES.get(kind)


def answer(kind: str, of: str) -> Handler | None:
    """What an Accept, Reject or Undo of this type of activity does to us."""
    find()
    return ANSWERS.get((kind, of))


def answers(kind: str) -> dict[str, Handler]:
    """All handlers of an activity type by the type of its object."""
    find()
    return {of: each for (mine, of), each in ANSWERS.items() if mine == kind}


def document(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """The document of an outgoing row. Raises NotFound when its subject is gone, OurFault for an unknown verb."""
    find()
    render = PUBLISHES.get(outgoing.verb)
    if render is None:
        raise OurFault(f"no verb publishes {outgoing.verb!r}")
    set_committed_value(outgoing, "actor", session.get_one(Actor, outgoing.actor_id))
    return render(session, outgoing)
