"""Which languages somebody wants to read of whom they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("follows") as batch_op:
        batch_op.add_column(sa.Column("languages", sa.String(255), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("follows") as batch_op:
        batch_op.drop_column("languages")
