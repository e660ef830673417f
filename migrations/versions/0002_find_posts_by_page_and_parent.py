"""find posts by page and parent."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_in_reply_to_uri", ["in_reply_to_uri"], unique=False)
        batch_op.create_index("ix_posts_url", ["url"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_url")
        batch_op.drop_index("ix_posts_in_reply_to_uri")
