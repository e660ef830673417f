"""The schema: is the database at the newest migration, and bring it there.

Alembic is loaded only to migrate: it would be a third of a second of every start, and stay in memory.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

import migrations
from fedi import db

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(migrations.__file__).parent


def newest() -> str:
    """The revision of the last migration we ship: the number that its file name begins with."""
    return max(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current() -> bool:
    """Whether the database has every migration we ship."""
    with db.engine().connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [newest()]


def upgrade(revision: str = "head") -> None:
    """Migrate to `revision` in one transaction."""
    from alembic import command  # noqa: PLC0415 - see above

    made = _config()
    with db.engine().execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, revision)


def downgrade(revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - see above

    made = _config()
    with db.engine().begin() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, revision)


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    return made
