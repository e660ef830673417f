"""the earlier id of a like and a boost."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("likes", "boosts"):
        op.add_column(table, sa.Column("earlier_uri", sa.String(2048), nullable=True))


def downgrade() -> None:
    for table in ("boosts", "likes"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("earlier_uri")
