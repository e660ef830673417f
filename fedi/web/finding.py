"""Finding what somebody typed on other servers: a handle, or the address of a person or a post."""

from fedi.services import actors, remote_posts
from fedi.web import database


async def find_remote(text: str) -> None:
    """Make known what the text names, when it is unknown; what cannot be found stays unknown."""
    text = text.strip()
    known = actors.by_handle if "://" not in text else remote_posts.by_uri
    await database.reading(known, text)
