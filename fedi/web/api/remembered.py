"""What a person was answered, kept in memory while the database stands still (`web.memory`).

Apps ask for the same page again and again: at each start, at each pull, from a phone and a desk. The request is counted
and its token is held to the table of scopes each time; only the reading and the writing down are spared.
"""

import sqlite3
from dataclasses import dataclass

from quart import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers

from fedi.models.oauth import AccessToken
from fedi.services import secret
from fedi.web import database
from fedi.web.cache import MAX_KEY
from fedi.web.memory import Memory

MAX_BODY = 256 * 1024
MAX_BYTES = 32 * 1024 * 1024
MAX_TOKENS = 4096

# The token's row, and all that is said of a page: its path and query, in which host's name, and in which form.
Key = tuple[int, bytes, bytes, str, str]


@dataclass(frozen=True)
class Told:
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes, about."""
        return MAX_KEY + sum(len(name) + len(value) for name, value in self.headers) + len(self.body)


_answers: Memory[Key, Told] = Memory(MAX_BYTES, lambda told: told.size)
_tokens: Memory[str, AccessToken] = Memory(MAX_TOKENS)


async def version() -> object | None:
    """The state of the database, for a request whose answer may be kept."""
    if request.method != "GET" or request.content_length or request.headers.get("Range"):
        return None
    try:
        return await database.version()
    except (SQLAlchemyError, sqlite3.Error):
        return None  # the route says what there is to say without a database


def token(text: str, version: object | None) -> AccessToken | None:
    return None if version is None else _tokens.get(secret.token_hash(text), version)


def keep_token(text: str, version: object | None, row: AccessToken) -> None:
    if version is not None:
        _tokens.keep(secret.token_hash(text), version, row)


def answer(row: AccessToken | None, version: object | None) -> Response | None:
    """What the same token was told of the same address, if nothing was committed since."""
    if row is None or version is None or (told := _answers.get(_key(row), version)) is None:
        return None
    return Response(told.body, headers=Headers(told.headers))


def keep(row: AccessToken | None, version: object | None, response: Response) -> None:
    """Keep what the route itself answered, before others add to its headers."""
    if row is None or version is None or response.status_code != 200:
        return
    data = getattr(response.response, "data", None)  # there is none of a stream
    key = _key(row)
    if isinstance(data, bytes) and len(data) <= MAX_BODY and sum(map(len, key[1:])) <= MAX_KEY:
        _answers.keep(key, version, Told(list(response.headers), data))


def _key(row: AccessToken) -> Key:
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    return row.id, path, scope["query_string"], request.host, request.headers.get("Accept", "")
