"""Database work from the web: plain synchronous functions, run in a bounded pool of threads."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fedi import db, failpoints
from fedi.errors import Conflict

failpoints.declare("web.write.before_commit", "web.write.after_commit")
P = ParamSpec("P")
T = TypeVar("T")

# As many threads as the connection pool holds open (fedi.db), so that nobody waits for a connection.
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="web-db")


async def reading(call: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`call(session, ...)` in a session that is rolled back; its result must need no session any more."""
    return await thread(_in_reading, call, args, kwargs)


async def writing(call: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`call(session, ...)` in a session that commits before this returns."""
    return await thread(_in_writing, call, args, kwargs)


async def thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Any blocking call (a password hash, a file) off the event loop."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, functools.partial(call, *args, **kwargs))


def _in_reading(call: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    with db.reading() as session:
        return call(session, *args, **kwargs)


def _in_writing(call: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    """On PostgreSQL somebody may write or move the same row in between: once more, as things are then."""
    try:
        return _write(call, args, kwargs)
    except (IntegrityError, Conflict):
        return _write(call, args, kwargs)


def _write(call: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    with db.writing("web.write") as session:
        return call(session, *args, **kwargs)
