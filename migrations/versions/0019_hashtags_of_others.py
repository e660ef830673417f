"""hashtags of others."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actors") as batch_op:
        batch_op.add_column(sa.Column("featured_tags_uri", sa.String(length=2048), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("actors") as batch_op:
        batch_op.drop_column("featured_tags_uri")
