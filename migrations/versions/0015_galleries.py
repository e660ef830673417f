"""galleries."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "galleries",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_galleries_actor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cover_id"], ["posts.id"], name=op.f("fk_galleries_cover_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_galleries")),
        sa.UniqueConstraint("actor_id", "slug", name=op.f("uq_galleries_actor_id_slug")),
    )
    op.create_table(
        "gallery_items",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gallery_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gallery_id"], ["galleries.id"], name=op.f("fk_gallery_items_gallery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_gallery_items_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery_items")),
        sa.UniqueConstraint("gallery_id", "post_id", name=op.f("uq_gallery_items_gallery_id_post_id")),
    )
    with op.batch_alter_table("gallery_items") as batch_op:
        batch_op.create_index(batch_op.f("ix_gallery_items_post_id"), ["post_id"], unique=False)


def downgrade() -> None:
    op.drop_table("gallery_items")
    op.drop_table("galleries")
