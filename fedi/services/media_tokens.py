"""Addresses of pictures that are not for everybody: they open with a token made for one server, or for one reader.

A server fetches the pictures of a post unsigned, from the address it was given, and no server fetches the post again
for it (peers.md: Mastodon 4.6.5, GoToSocial), so what it is given must carry the right to it. A token says whom it was
made for and proves it: `mastodon.example.MAC` for the server that got the post, `~1790000000.MAC` for a reader of ours
until that second. Whoever has the address has the picture, until the artist renews the addresses (`media_epoch`), the
server is blocked, or the time is over.

Large pictures for everybody may have a second address that ends soon, for strangers (`brief`, FEDI_LARGE_PICTURES).
"""

import base64
import hashlib
import hmac
import re

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.media import Rendition
from fedi.models.post import Post, Visibility
from fedi.services import domains, secret

BRIEF = re.compile(r"([a-z])/~([0-9]{1,19})\.([0-9]{1,12})\.([A-Za-z0-9_-]{24})\.[a-z]{3,4}")
BRIEF_SECONDS = 1800
OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}
READER_SECONDS = 12 * 3600
MAX_TOKEN = 300


def needed(post: Post | None) -> bool:
    """Whether the pictures of this post open with a token only."""
    return post is not None and post.visibility not in OPEN


def for_server(post: Post, host: str) -> str:
    """What a server that got the post opens its pictures with; '' where none is needed."""
    return _token(post.id, post.media_epoch, host) if needed(post) else ""


def for_reader(post: Post | None) -> str:
    """What somebody who may see the post now opens its pictures with, for 12 to 24 hours; '' where none is needed."""
    if post is None or not needed(post):
        return ""
    until = (int(clock.timestamp()) // READER_SECONDS + 2) * READER_SECONDS
    return _token(post.id, post.media_epoch, f"~{until}")


def brief(rendition: Rendition) -> str:
    """A key that leads to the rendition for half an hour to an hour, and does not say its own: for strangers, where the
    instance wants that. What other servers are given is the rendition's own key, which no page tells then.
    """
    until = (int(clock.timestamp()) // BRIEF_SECONDS + 2) * BRIEF_SECONDS
    folder, suffix = rendition.key.partition("/")[0], rendition.key.rpartition(".")[2]
    return f"{folder}/~{rendition.id}.{until}.{_brief_mac(folder, rendition.id, until)}.{suffix}"


def brief_id(key: str) -> int | None:
    """The rendition that a brief key leads to now; None for one that is over, forged, or of another kind."""
    found = BRIEF.fullmatch(key)
    if found is None or int(found[3]) <= clock.timestamp():
        return None
    good = hmac.compare_digest(found[4], _brief_mac(found[1], int(found[2]), int(found[3])))
    return int(found[2]) if good else None


def _brief_mac(folder: str, rendition_id: int, until: int) -> str:
    """The folder is in it, as it says the terms to whoever looks no further."""
    return _mac(f"brief:{folder}:{rendition_id}:{until}")


def opens(session: Session, post: Post, token: str) -> bool:
    """Whether the token is good now."""
    whom = token.rpartition(".")[0]
    if not whom or len(token) > MAX_TOKEN or not token.isascii():
        return False
    if not hmac.compare_digest(token, _token(post.id, post.media_epoch, whom)):
        return False
    if whom.startswith("~"):
        return int(whom[1:]) > clock.timestamp()
    return domains.may_federate(session, whom)


def marker(outgoing_id: int) -> str:
    """What stands for the token in a body that is serialised once, until it leaves for a server. Nobody can guess it,
    so no text of anybody's contains it.
    """
    return _mac(f"marker:{outgoing_id}")


def fill(body: bytes, outgoing_id: int, token: str) -> bytes:
    """The body for one server."""
    return body.replace(marker(outgoing_id).encode(), token.encode())


def _token(post_id: int, epoch: int, whom: str) -> str:
    return f"{whom}.{_mac(f'{post_id}:{epoch}:{whom}')}"


def _mac(said: str) -> str:
    made = hmac.new(secret.key().encode(), f"media token\0{said}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:18]).decode()
