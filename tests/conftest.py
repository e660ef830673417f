"""Fixtures: an instance of its own for each test (settings, data folder, migrated database), and people on it."""

import shutil
from pathlib import Path

import pytest

from fedi import config, db, work
from fedi.config import Settings
from fedi.models.account import AccountState, Role
from fedi.services import accounts, actor_keys, schema
from fedi.services import instance as instances
from fedi.web import limits

DOCUMENTS = Path(__file__).parent / "documents"
PASSWORD = "correct horse battery"


def use(settings: Settings) -> None:
    """Make these the settings of this process, forgetting everything made from earlier ones."""
    db.dispose()
    work.reset()
    limits.reset()
    config.use(settings)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file, copied for each test: migrating takes half a second, copying nothing."""
    folder = tmp_path_factory.mktemp("migrated")
    use(Settings(data_dir=folder, domain="art.test"))
    schema.upgrade()
    use(None)
    return folder / "fedi.sqlite3"


@pytest.fixture(scope="session")
def rsa_key():
    """One RSA key for all accounts of the tests: making one takes 40 ms."""
    return actor_keys.generate()


@pytest.fixture
def settings(tmp_path) -> Settings:
    """The settings of the `instance` fixture; a test module may override them."""
    return Settings(
        data_dir=tmp_path / "data",
        domain="art.test",
        allowed_private_networks="127.0.0.0/8",
        rate_limits="off",
    )


@pytest.fixture
def instance(settings, migrated, monkeypatch, rsa_key):
    """A fresh instance at https://art.test in this process."""
    monkeypatch.setattr(actor_keys, "generate", lambda: rsa_key)
    settings.data_dir.mkdir(parents=True)
    shutil.copy(migrated, settings.data_dir / "fedi.sqlite3")
    use(settings)
    with db.writing() as session:
        instances.prepare(session)
    yield settings
    use(None)


@pytest.fixture
def make_account(instance, rsa_key):
    """make_account("mira") -> Account; the password is PASSWORD."""
    hashed = accounts.hash_password(PASSWORD)

    def make(name="mira", role=Role.ARTIST, state=AccountState.APPROVED):
        with db.writing() as session:
            return accounts.create(
                session,
                name=name,
                email=f"{name}@example.org",
                password_hash=hashed,
                role=role,
                state=state,
                key=rsa_key,
            )

    return make


@pytest.fixture
def mira(make_account):
    return make_account("mira")


@pytest.fixture
def otto(make_account):
    return make_account("otto")


@pytest.fixture
def app(instance):
    """The Quart app of the instance."""
    from fedi.app import create_app

    return create_app()


@pytest.fixture
def client(app):
    """A test client that speaks to the app in process, as https://art.test."""
    return app.test_client()


def document(name: str) -> dict:
    """A captured document: `document("mastodon/Follow.json")`."""
    import json

    return json.loads((DOCUMENTS / name).read_text())
