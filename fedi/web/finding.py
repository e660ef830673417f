"""Finding what somebody typed on other servers: a handle, or the address of a person or a post."""

from fedi.activitypub import fetch


async def find_remote(text: str) -> None:
    """Make known what the text names, when it is unknown; what cannot be found stays unknown."""
    await fetch.find(text)
