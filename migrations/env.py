"""Alembic's entry: migrates the database that `fedi.db.url()` names."""

from alembic import context

from fedi import db
from fedi.models import *  # noqa: F403 - every model registers its table

connection = context.config.attributes.get("connection")


def run(bind) -> None:  # noqa: ANN001 - a SQLAlchemy connection
    context.configure(connection=bind, target_metadata=db.Base.metadata, render_as_batch=bind.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


if connection is not None:
    run(connection)
else:
    with db.engine().connect() as bind:
        run(bind)
        bind.commit()
