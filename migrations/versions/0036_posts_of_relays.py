"""When a relay brought a post, so that it can be forgotten."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

RELAYED = sa.text("relayed_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("posts", sa.Column("relayed_at", UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_posts_relayed", "posts", ["relayed_at"], sqlite_where=RELAYED, postgresql_where=RELAYED, unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_posts_relayed", "posts")
    op.drop_column("posts", "relayed_at")
