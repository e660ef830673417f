"""A post that a relay named: asked for at its own server, and kept whoever follows its author."""

from fedi import db
from fedi.activitypub.asking import Asking, Spent
from fedi.models.errand import Errand
from fedi.models.post import Post
from fedi.services import relays

FETCHES = 3


def run(errand: Errand) -> None:
    """Keep the post at `errand.uri`. Raises Unreachable when its server is away, FediError for what it says."""
    try:
        found = Asking(fetches=FETCHES).post(errand.uri, on=errand.uri)
    except Spent:
        return
    if found is not None:
        with db.writing() as session:
            relays.mark(session, session.get_one(Post, found.id))
