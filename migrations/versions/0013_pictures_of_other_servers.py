"""pictures of other servers."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cached_files",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("wanted", "here", "failed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("consent", sa.String(length=255), nullable=True),
        sa.Column("fetched_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("used_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cached_files")),
        sa.UniqueConstraint("key", name=op.f("uq_cached_files_key")),
    )
    with op.batch_alter_table("cached_files") as batch_op:
        batch_op.create_index(batch_op.f("ix_cached_files_host"), ["host"], unique=False)
        batch_op.create_index("ix_cached_files_due", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_cached_files_used", ["state", "used_at"], unique=False)
    with op.batch_alter_table("remote_media") as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_media_url"), ["url"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remote_media") as batch_op:
        batch_op.drop_index(batch_op.f("ix_remote_media_url"))
    op.drop_table("cached_files")
