"""What the instance announces to its people, who has read it, and what they answer with an emoji."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = ["post", "boost", "edit", "delete", "filters", "conversation"]
NEW = ["announcement", "announcement.delete", "announcement.reaction"]


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    for name, also in (("announcement_reads", []), ("announcement_reactions", [sa.Column("name", sa.String(64))])):
        op.create_table(
            name,
            sa.Column("announcement_id", sa.BigInteger(), nullable=False),
            sa.Column("account_id", sa.BigInteger(), nullable=False),
            *also,
            sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(
                ["announcement_id"], ["announcements.id"], name=op.f(f"fk_{name}_announcement_id"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                ["account_id"], ["accounts.id"], name=op.f(f"fk_{name}_account_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(
                "announcement_id", "account_id", *(column.name for column in also), name=op.f(f"pk_{name}")
            ),
        )
        with op.batch_alter_table(name) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{name}_account_id"), ["account_id"], unique=False)
    allow_kinds("happenings", [*KINDS, *NEW])


def downgrade() -> None:
    op.execute("DELETE FROM happenings WHERE kind LIKE 'announcement%'")
    allow_kinds("happenings", KINDS)
    op.drop_table("announcement_reactions")
    op.drop_table("announcement_reads")
    op.drop_table("announcements")
