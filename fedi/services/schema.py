"""The schema: is the database at the newest migration, and bring it there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from fedi import db


def _config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return made


def is_current() -> bool:
    """Whether the database has every migration we ship."""
    with db.engine().connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(
            ScriptDirectory.from_config(_config()).get_heads(),
        )


def upgrade(revision: str = "head") -> None:
    """Migrate to `revision` in one transaction."""
    made = _config()
    with db.engine().execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, revision)


def downgrade(revision: str) -> None:
    made = _config()
    with db.engine().begin() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, revision)
