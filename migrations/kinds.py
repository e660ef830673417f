"""What migrations share: changing the words that a `kind` column may hold."""

import sqlalchemy as sa
from alembic import op


def allow_kinds(table: str, kinds: list[str]) -> None:
    """Hold `kind` to these; SQLite makes the table anew, with a check only where it is given whole."""
    allowed = sa.column("kind").in_([sa.literal_column(f"'{kind}'") for kind in kinds])
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_kind"), type_="check")
    if op.get_bind().dialect.name == "sqlite":
        check = sa.CheckConstraint(allowed, op.f(f"ck_{table}_kind"))
        with op.batch_alter_table(table, recreate="always", table_args=[check]):
            return
    op.create_check_constraint(op.f(f"ck_{table}_kind"), table, allowed)
