"""what a version of a post asked."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post_edits", sa.Column("poll_options", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("post_edits", "poll_options")
