"""Draft a migration from what the models have and a migrated database has not: `tools/make_migration.py MESSAGE`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from fedi import config, db
from fedi.services import schema

with tempfile.TemporaryDirectory() as folder:
    config.use(config.load(data_dir=Path(folder)))
    schema.upgrade()
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    existing = len(list((Path(__file__).parent.parent / "migrations" / "versions").glob("*.py")))
    with db.engine().begin() as connection:
        made.attributes["connection"] = connection
        command.revision(made, message=sys.argv[1], autogenerate=True, rev_id=f"{existing + 1:04d}")
