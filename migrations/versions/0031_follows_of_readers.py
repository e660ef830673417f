"""Whom somebody follows is found in an index alone, as home asks it of every post it walks by."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("follows") as batch_op:
        batch_op.create_index("ix_follows_follower", ["follower_id", "state", "followee_id", "show_boosts"])


def downgrade() -> None:
    with op.batch_alter_table("follows") as batch_op:
        batch_op.drop_index("ix_follows_follower")
