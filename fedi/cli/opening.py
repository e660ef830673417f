"""What every command that uses the instance does first: find its database, and see that it is current."""

import sqlalchemy.exc

from fedi import config, db, failpoints, files
from fedi.errors import FediError
from fedi.services import instance, schema


def open_instance(*, migrate: bool = True) -> None:
    """Ready the data folder and the database.

    On the embedded default it migrates by itself; an external database that is behind is refused, naming the command.
    Raises FediError with one line.
    """
    settings = config.settings()
    failpoints.arm(settings.failpoint)
    for name in files.FOLDERS:
        files.folder(name)
    try:
        if not schema.is_current():
            if settings.external_database or not migrate:
                raise FediError("the database is behind this version: run `fedi migrate` first")
            schema.upgrade()
        with db.writing() as session:
            instance.prepare(session)
    except sqlalchemy.exc.OperationalError as error:
        raise FediError(f"the database cannot be used: {str(error.orig).strip().splitlines()[0]}") from None
