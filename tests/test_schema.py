"""The migrations make exactly the models, forwards and backwards."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import fedi.models  # noqa: F401 - the tables
from fedi import db
from fedi.services import schema


def test_a_migrated_database_is_the_models(instance):
    with db.engine().connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), db.Base.metadata)
    assert difference == []
    assert schema.is_current()


def test_the_last_migration_goes_back_and_forth(instance):
    schema.downgrade("-1")
    assert not schema.is_current()
    schema.upgrade()
    assert schema.is_current()
    assert "posts" in inspect(db.engine()).get_table_names()


def test_the_newest_file_is_the_one_head():
    """`is_current` reads file names, so that Alembic is loaded only to migrate."""
    assert ScriptDirectory(str(schema.FOLDER)).get_heads() == [schema.newest()]
