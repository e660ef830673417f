"""Finding what somebody typed on other servers: a handle, or the address of a person or a post."""

from fedi.activitypub import fetch
from fedi.models.actor import Actor
from fedi.models.post import Post


async def find_remote(text: str) -> Actor | Post | None:
    """What the text names, made known when it was unknown; None for what cannot be found.

    It may have another handle or address than the text: a page leads to its document, a domain to the one of its
    handles.
    """
    return await fetch.find(text)
