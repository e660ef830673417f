"""Finding the people a text names on other servers, before it is posted."""

from fedi.services import mentions
from fedi.web import database
from fedi.web.finding import find_remote

MAX_LOOKUPS = 10


async def look_up(text: str) -> None:
    """Make the actors known that the text names and we do not know; who cannot be found stays plain text."""
    if "@" not in text:
        return
    for handle in (await database.reading(mentions.unknown, text))[:MAX_LOOKUPS]:
        await find_remote(f"@{handle}")
