"""errands."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("thread", "works", "followers", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("detail", sa.String(length=2048), nullable=False),
        sa.Column(
            "state",
            sa.Enum("due", "done", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("kind", "uri", name=op.f("uq_errands_kind_uri")),
    )
    with op.batch_alter_table("errands", schema=None) as batch_op:
        batch_op.create_index("ix_errands_due", ["state", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("errands", schema=None) as batch_op:
        batch_op.drop_index("ix_errands_due")

    op.drop_table("errands")
