"""A post that a relay named: asked for at its own server, and kept whoever follows its author."""

from fedi.activitypub.asking import Asking, Spent
from fedi.models.errand import Errand

FETCHES = 3


def run(errand: Errand) -> None:
    """Keep the post at `errand.uri`. Raises Unreachable when its server is away, FediError for what it says."""
    try:
        Asking(fetches=FETCHES).post(errand.uri, on=errand.uri)
    except Spent:
        return
