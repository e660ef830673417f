"""The streams of Mastodon's API: their names, what they need to know, and the scopes that let one listen.

https://docs.joinmastodon.org/methods/streaming/
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from fedi.errors import FediError, NotFound, Unauthorized
from fedi.models.account import Account
from fedi.services import circles, scopes

PLAIN = (
    "user",
    "user:notification",
    "public",
    "public:media",
    "public:local",
    "public:local:media",
    "public:remote",
    "public:remote:media",
    "direct",
)
TAGS = ("hashtag", "hashtag:local")
LIST = "list"
MAX_TAG = 255


class BadStream(FediError):
    """There is no such stream, or it lacks what it is about (Mastodon's streaming answers 400, not 422)."""

    status = 400


class Stream(NamedTuple):
    """`about` is the hashtag (lower case, without `#`) or the id of the list."""

    name: str
    about: str = ""

    @property
    def label(self) -> list[str]:
        """How a message says what stream it belongs to."""
        return [self.name, self.about] if self.about else [self.name]


def find(session: Session, account: Account, granted: Sequence[str], name: str, *, tag: str, list_id: str) -> Stream:
    """The stream that an app asks for. Raises BadStream and Unauthorized in Mastodon's words."""
    if name in PLAIN:
        stream = Stream(name)
    elif name in TAGS:
        if not tag.strip("# "):
            raise BadStream("Missing tag name parameter")
        stream = Stream(name, tag.strip("# ").lower()[:MAX_TAG])
    elif name == LIST:
        if not list_id:
            raise BadStream("Missing list name parameter")
        stream = Stream(name, list_id[:20])
    else:
        raise BadStream("Unknown channel requested")
    if not scopes.covers(granted, _scope(name)):
        raise Unauthorized("Access token does not have the required scopes")
    if name == LIST:
        _own(session, account, list_id)
    return stream


def _scope(name: str) -> str:
    return {"user:notification": "read:notifications", LIST: "read:lists"}.get(name, "read:statuses")


def _own(session: Session, account: Account, list_id: str) -> None:
    try:
        circles.get_own(session, account, int(list_id) if list_id.isascii() and list_id.isdigit() else 0)
    except (NotFound, OverflowError):
        raise Unauthorized("Not authorized to stream this list") from None
