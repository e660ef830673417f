"""Since when a picture belongs to no post: uploads that nobody used, and those of a post that is written anew."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("unused_since", UtcDateTime(timezone=True), nullable=True))
    op.execute("UPDATE media SET unused_since = created_at WHERE post_id IS NULL AND purpose = 'post'")
    with op.batch_alter_table("media") as batch_op:
        batch_op.create_index(batch_op.f("ix_media_unused_since"), ["unused_since"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("media") as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_unused_since"))
    op.drop_column("media", "unused_since")
