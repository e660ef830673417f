"""Being told of a person's every post, people whom one recommends, and suggestions that were put aside."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KINDS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "quote", "quoted_update",
    "admin.report", "media_failed",
]  # fmt: skip


def upgrade() -> None:
    op.add_column("follows", sa.Column("notify", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, owner, owners in (
        ("endorsements", "actor_id", "actors"),
        ("dismissed_suggestions", "account_id", "accounts"),
    ):
        op.create_table(
            name,
            sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column(owner, sa.BigInteger(), nullable=False),
            sa.Column("target_id", sa.BigInteger(), nullable=False),
            sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint([owner], [f"{owners}.id"], name=op.f(f"fk_{name}_{owner}"), ondelete="CASCADE"),
            sa.ForeignKeyConstraint(
                ["target_id"], ["actors.id"], name=op.f(f"fk_{name}_target_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint(owner, "target_id", name=op.f(f"uq_{name}_{owner}_target_id")),
        )
        with op.batch_alter_table(name) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{name}_target_id"), ["target_id"], unique=False)
    allow_kinds("notifications", [*KINDS, "status"])


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE kind = 'status'")
    allow_kinds("notifications", KINDS)
    op.drop_table("dismissed_suggestions")
    op.drop_table("endorsements")
    op.drop_column("follows", "notify")
