"""The migrations make exactly the models, forwards and backwards."""

import json
from dataclasses import asdict

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import fedi.models  # noqa: F401 - the tables
from fedi import clock, db
from fedi.models.scheduled_post import ScheduledPost
from fedi.policy.disclosure import AiUse
from fedi.services import schema
from fedi.services.drafts import Draft


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


def test_posts_for_later_stay_readable(instance, mira):
    """What was kept before the tick of AI became three words."""
    draft = asdict(Draft("later", ai=AiUse.GENERATED))
    with db.writing() as session:
        session.add(ScheduledPost(account_id=mira.id, at=clock.now(), draft=draft))
    schema.downgrade("0036")
    with db.engine().connect() as connection:
        (kept,) = connection.scalars(text("SELECT draft FROM scheduled_posts"))
    assert json.loads(kept)["ai_generated"] is True
    schema.upgrade()
    with db.reading() as session:
        assert Draft.from_json(session.query(ScheduledPost).one().draft).ai == AiUse.GENERATED


def test_the_newest_file_is_the_one_head():
    """`is_current` reads file names, so that Alembic is loaded only to migrate."""
    assert ScriptDirectory(str(schema.FOLDER)).get_heads() == [schema.newest()]
