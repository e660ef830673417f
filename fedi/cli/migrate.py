"""`fedi migrate`: the database to the newest schema."""

import click

from fedi import config, db, files
from fedi.services import instance, schema


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    config.settings()
    files.folder("keys")
    schema.upgrade()
    with db.writing() as session:
        instance.prepare(session)
    click.echo("the database is current")
