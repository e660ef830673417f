"""The database: engines and the two session scopes, `reading()` and `writing()`.

Only `writing()` commits. On SQLite it is BEGIN IMMEDIATE: with the driver's deferred transactions, two processes that
read and then write lose updates or fail at once in spite of the busy timeout (docs/decisions/0003).
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Engine, Executable, Insert, MetaData, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from fedi import config, failpoints

log = logging.getLogger(__name__)
T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All models; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


_engine: Engine | None = None
_watch: sqlite3.Connection | None = None


def url() -> str:
    """The SQLAlchemy URL of this instance."""
    settings = config.settings()
    if not settings.database_url:
        return f"sqlite:///{settings.data_dir.absolute() / 'fedi.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if settings.database_url.startswith(prefix):
            return "postgresql+psycopg://" + settings.database_url.removeprefix(prefix)
    return settings.database_url


def engine() -> Engine:
    """The engine of this process, made at first use."""
    global _engine
    if _engine is None:
        _engine = _make(url())
    return _engine


def _make(target: str) -> Engine:
    if not target.startswith("sqlite"):
        return create_engine(target, pool_size=16, max_overflow=16, pool_pre_ping=True)
    made = create_engine(
        target, connect_args={"timeout": 20, "check_same_thread": False}, pool_size=16, max_overflow=16
    )

    @event.listens_for(made, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("busy_timeout=20000", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _use_wal(connection)

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return made


def _use_wal(connection: Any) -> None:
    """WAL is a property of the file: set once. Setting it needs the file alone and does not wait, so we do."""
    for _ in range(200):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(0.05)
    raise sqlite3.OperationalError("another program holds the database alone")


def dispose() -> None:
    """Close every connection (before a fork, after a test)."""
    global _engine, _watch
    if _engine is not None:
        _engine.dispose()
    if _watch is not None:
        _watch.close()
    _engine = _watch = None


def is_sqlite() -> bool:
    return engine().dialect.name == "sqlite"


def version() -> object:
    """While two answers are equal, nothing was committed in between, by this process or another.

    SQLite counts the commits of others for every connection (`PRAGMA data_version`), so one that never writes sees
    them all, in microseconds and without a thread; PostgreSQL's snapshot names every transaction that is not over.
    """
    global _watch
    if not is_sqlite():
        with engine().connect() as connection:
            return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()
    if _watch is None:
        _watch = sqlite3.connect(engine().url.database or "", check_same_thread=False, isolation_level=None)
    return id(_watch), _watch.execute("PRAGMA data_version").fetchone()[0]


def keep_plans(session: Session) -> None:
    """Until the transaction ends, have PostgreSQL plan a query once, not each time it is asked for other people.

    For long queries that are written once and asked again and again: planning them takes longer than asking. Not for
    queries that name a state which a partial index covers, as a plan for any state cannot use it.
    """
    if not is_sqlite():
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))


def few_lengths(values: Sequence[T]) -> list[T]:
    """The values for an IN, the last one again and again up to a length that other calls have too.

    A list of another length is another query, which SQLAlchemy writes and PostgreSQL plans anew.
    """
    lengths = (length for length in (1, 5, 20, 40, 80) if length >= len(values))
    return [*values, *([values[-1]] * (next(lengths, len(values)) - len(values)))] if values else []


@contextmanager
def reading() -> Iterator[Session]:
    """A session for reading; what it changed is rolled back."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(point: str = "") -> Iterator[Session]:
    """A session that commits at its end, or rolls all back on an error, then runs what waited for the commit.

    `point` names the failpoints `<point>.before_commit` and `<point>.after_commit`.
    """
    bound = engine().execution_options(sqlite_begin="IMMEDIATE")
    with Session(bound, expire_on_commit=False) as session:
        yield session
        if point:
            failpoints.point(f"{point}.before_commit")
        session.commit()
        if point:
            failpoints.point(f"{point}.after_commit")
        for call in session.info.pop("after_commit", {}).values():
            _after(call)


def insert_new(session: Session, model: type[Base], unique: list[str], **values: Any) -> None:
    """Insert a row with its column defaults, unless one with the same `unique` columns is there or comes first.

    Without `unique`: unless it is not the only one of its kind in any way that the table knows of.
    """
    insert_all_new(session, model, unique, [values])


def insert_all_new(session: Session, model: type[Base], unique: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for many rows of the same columns."""
    session.flush()
    session.connection().execute(_insert_new(model, *unique, sqlite_=is_sqlite()), rows)


@cache
def _insert_new(model: type[Base], *unique: str, sqlite_: bool) -> Insert:
    made: Any = (sqlite if sqlite_ else postgresql).insert(model.__table__)
    return made.on_conflict_do_nothing(index_elements=unique or None)  # type: ignore[no-any-return]


def ask(session: Session, statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """The answer to a statement about columns that was made once, without what the ORM would do around it (half)."""
    session.flush()
    return session.connection().execute(statement, values)


def insert(session: Session, model: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert rows of the same columns with their defaults, where nobody needs them as objects (a fifth of the cost)."""
    session.flush()
    session.connection().execute(_insert(model), rows)


M = TypeVar("M", bound=Base)


def written(session: Session, row: M, **related: Any) -> M:
    """An object whose row `insert` wrote, as if the session had read it with what it relates to."""
    make_transient_to_detached(row)
    for name, value in related.items():
        set_committed_value(row, name, value)
    session.add(row)
    return row


@cache
def _insert(model: type[Base]) -> Insert:
    return Table.insert(model.__table__)  # type: ignore[arg-type]


def after_commit(session: Session, key: str, call: Callable[[], None]) -> None:
    """Run `call` once the session has committed; a second call with the same key replaces the first."""
    session.info.setdefault("after_commit", {})[key] = call


def _after(call: Callable[[], None]) -> None:
    """A wake-up that is lost costs time, never work: the sweep finds what is due."""
    try:
        call()
    except OSError as error:
        log.warning("a wake-up was lost, the sweep will find the work: %s", error)
