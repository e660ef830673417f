"""An actor whose profile somebody looks at, asked for anew; one that its server says is gone goes here too."""

from fedi import db
from fedi.activitypub import fetch
from fedi.errors import Gone
from fedi.models.errand import Errand
from fedi.services import actors


def run(errand: Errand) -> None:
    """Raises Unreachable when its server is away, FediError for what it says."""
    try:
        fetch.fetch_actor(errand.uri)
    except Gone:
        forget(errand.uri)


def forget(uri: str) -> None:
    """Its own server says that the actor is gone for good."""
    with db.writing() as session:
        actor = actors.by_uri(session, uri)
        if actor is not None and not actor.local:
            actors.forget(session, actor)
