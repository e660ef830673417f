"""Posts that wait for their time."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_posts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scheduled_posts_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_posts")),
        sa.UniqueConstraint(
            "account_id", "idempotency_key", name=op.f("uq_scheduled_posts_account_id_idempotency_key")
        ),
    )
    with op.batch_alter_table("scheduled_posts") as batch_op:
        batch_op.create_index(batch_op.f("ix_scheduled_posts_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheduled_posts_at"), ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("scheduled_posts")
