"""Finding the people a text names on other servers, before it is posted."""

import asyncio

from fedi.services import mentions
from fedi.web import database
from fedi.web.finding import find_remote

MAX_LOOKUPS = 10
PATIENCE = 8.0  # seconds that posting may wait for other servers


async def look_up(text: str) -> None:
    """Make the actors known that the text names and we do not know; who cannot be found stays plain text."""
    if "@" not in text:
        return
    handles = (await database.reading(mentions.unknown, text))[:MAX_LOOKUPS]
    if not handles:
        return
    looked = [asyncio.ensure_future(find_remote(f"@{handle}")) for handle in handles]
    _, late = await asyncio.wait(looked, timeout=PATIENCE)
    for task in late:
        task.cancel()
