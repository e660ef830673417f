"""the earlier id of a follow."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follows", sa.Column("earlier_uri", sa.String(2048), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("follows") as batch_op:
        batch_op.drop_column("earlier_uri")
