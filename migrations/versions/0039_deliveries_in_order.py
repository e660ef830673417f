"""What is due first of each state stands in its order, so that no batch sorts all that waits."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("state", "due_at", "id")


def downgrade() -> None:
    _index("state", "due_at")


def _index(*columns: str) -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index("ix_deliveries_due")
        batch_op.create_index("ix_deliveries_due", list(columns))
