"""Fixtures for every test: an instance in a folder of its own, on SQLite or on a private PostgreSQL server."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that tests import their shared parts as `tests.<name>`

from fedi import config, db, net, work  # noqa: E402
from fedi.app import create_app  # noqa: E402
from fedi.models.account import AccountState, Role  # noqa: E402
from fedi.services import accounts, domains, schema  # noqa: E402
from fedi.services import instance as instances  # noqa: E402
from fedi.web import limits  # noqa: E402
from fedi.web.api import streaming  # noqa: E402
from tests import people  # noqa: E402

PASSWORD = "correct horse battery"

_numbers = itertools.count(1)


def open_house(folder, **settings):
    """Point this process at a fresh instance: settings, migrated database, instance actor."""
    close_house()
    values = {
        "domain": "art.test",
        "data_dir": folder,
        "rate_limits": "off",
        "federation": "open",
        "allowed_private_networks": "127.0.0.0/8",
        "secret_key": "a key for tests that is long enough",
    }
    config.use(config.load(**(values | settings)))
    limits.reset()
    migrate(Path(folder), config.settings())
    with db.writing() as session:
        instances.prepare(session)


_pattern = {}


def migrate(folder, settings):
    """The schema: a copy of a file that was migrated once in this process, as migrating takes half a second."""
    if settings.external_database:
        if not schema.is_current():
            schema.upgrade()
        return
    file = folder / "fedi.sqlite3"
    if file.exists():
        return
    if not _pattern:
        schema.upgrade()
        db.dispose()
        _pattern["bytes"] = file.read_bytes()
    file.write_bytes(_pattern["bytes"])


def close_house():
    """Forget everything that this process knows of an instance."""
    net.close_background()
    db.dispose()
    work.reset()
    domains._cache.clear()
    config.use(None)


@pytest.fixture
def instance(tmp_path):
    """A fresh instance at https://art.test, in `tmp_path / "data"`."""
    folder = tmp_path / "data"
    folder.mkdir()
    open_house(folder)
    yield config.settings()
    close_house()


@pytest.fixture
def make_account(instance):
    """make_account("mira", role=...) -> Account; the password is PASSWORD."""

    def make(name="mira", role=Role.ARTIST, state=AccountState.APPROVED):
        with db.writing() as session:
            return accounts.create(
                session,
                name=name,
                email=f"{name}@example.org",
                password_hash=password_hash(),
                role=role,
                state=state,
                key=people.rsa_key(),
            )

    return make


@cache
def password_hash():
    return accounts.hash_password(PASSWORD)


@pytest.fixture
def mira(make_account):
    return make_account("mira")


@pytest.fixture
def otto(make_account):
    return make_account("otto")


@pytest.fixture
def app(instance):
    """The Quart app of the instance."""
    return create_app()


@pytest.fixture
def client(app):
    """A test client that speaks to the app in this process."""
    return app.test_client()


@pytest.fixture
def house_on_sqlite(tmp_path):
    open_house(tmp_path)
    yield tmp_path
    close_house()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house_on_each(request, tmp_path):
    """The same test on both databases."""
    settings = {}
    if request.param == "postgres":
        settings["database_url"] = request.getfixturevalue("postgres")()
    open_house(tmp_path, **settings)
    yield tmp_path
    close_house()


@pytest.fixture(scope="session")
def postgres():
    """A private PostgreSQL server; call it for the URL of a new database that has our schema."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not tools:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="fedi-pg-", dir="/tmp"))
    prefix = []
    if os.getuid() == 0:  # initdb refuses root
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    binaries = tools[-1].parent
    server = None
    try:
        made = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*prefix, binaries / "initdb", *made], check=True, capture_output=True, cwd="/")
        options = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", "max_connections=120", "-k", str(folder)]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [*prefix, binaries / "postgres", "-D", folder / "data", *options], stdout=log, stderr=log, cwd="/"
        )
        subprocess.run(
            [binaries / "pg_isready", "-h", folder, "-t", "20"], check=False, capture_output=True
        )  # waits for the answer, not for a time
        yield _maker(folder)
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # fast shutdown: does not wait for our own connections
            server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _maker(folder):
    base = f"postgresql+psycopg://postgres@/{{}}?host={folder}"
    admin = sqlalchemy.create_engine(base.format("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    _until_up(admin)
    _run(admin, "CREATE DATABASE pattern")
    config.use(config.load(database_url=base.format("pattern"), secret_key="a key for tests that is long enough"))
    db.dispose()
    schema.upgrade()
    db.dispose()
    config.use(None)

    def make():
        name = f"house{next(_numbers)}"
        _run(admin, f"CREATE DATABASE {name} TEMPLATE pattern")
        return base.format(name)

    return make


def _until_up(engine):
    for _ in range(2000):
        try:
            with engine.connect():
                return
        except sqlalchemy.exc.OperationalError:
            os.sched_yield()
    raise AssertionError("the PostgreSQL server does not start")


def _run(engine, statement):
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(statement))


@pytest.fixture(autouse=True)
def streams(monkeypatch):
    """They end at once, so that a walk over all addresses comes to an end; tests of streams say otherwise."""
    monkeypatch.setattr(streaming, "LASTS_SECONDS", 0.0)
