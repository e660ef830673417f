"""indexes that hold as posts grow."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ORPHAN = sa.text("in_reply_to_id IS NULL AND in_reply_to_uri IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_index("ix_posts_in_reply_to_uri")
        batch_op.drop_index("ix_posts_actor")
        batch_op.create_index("ix_posts_orphans", ["in_reply_to_uri"], sqlite_where=ORPHAN, postgresql_where=ORPHAN)
        batch_op.create_index("ix_posts_actor", ["actor_id", "state", "id", "visibility", "published_at"])


def downgrade() -> None:
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_index("ix_posts_actor")
        batch_op.drop_index("ix_posts_orphans")
        batch_op.create_index("ix_posts_actor", ["actor_id", "state", "id"])
        batch_op.create_index("ix_posts_in_reply_to_uri", ["in_reply_to_uri"])
