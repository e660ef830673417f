"""Database work from the web: plain synchronous functions, run in bounded pools of threads.

Readers, writers and other blocking calls wait in a line each, so that a writer who waits for the database's lock, or
a password hash, keeps no reader waiting. On SQLite more threads only take the interpreter's lock from each other (two
readers instead of sixteen halve the CPU of a read, `benchmarks/reading.py`), and one writer at a time is what the file
allows; PostgreSQL is waited for, so there many threads wait side by side.
"""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fedi import db, failpoints
from fedi.errors import Conflict
from fedi.gather import Gather

failpoints.declare("web.write.before_commit", "web.write.after_commit")
P = ParamSpec("P")
T = TypeVar("T")


@functools.cache
def _readers(*, sqlite: bool) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2 if sqlite else 16, thread_name_prefix="web-read")


@functools.cache
def _writers(*, sqlite: bool) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1 if sqlite else 16, thread_name_prefix="web-write")


_blocking = ThreadPoolExecutor(8, thread_name_prefix="web-block")


async def reading(call: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`call(session, ...)` in a session that is rolled back; its result must need no session any more."""
    return await _within(_readers(sqlite=db.is_sqlite()), _in_reading, call, args, kwargs)


async def writing(call: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`call(session, ...)` in a session that commits before this returns."""
    return await _within(_writers(sqlite=db.is_sqlite()), _in_writing, call, args, kwargs)


async def version() -> object:
    """`db.version()`. Raises SQLAlchemyError, sqlite3.Error."""
    return db.version() if db.is_sqlite() else await _version(None, thread)


_version: Gather[None, object] = Gather(lambda asked: [db.version()] * len(asked))


async def thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Any blocking call (a password hash, a file) off the event loop."""
    return await _within(_blocking, functools.partial(call, *args, **kwargs))


async def _within(pool: ThreadPoolExecutor, call: Callable[..., T], *args: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, call, *args)


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
