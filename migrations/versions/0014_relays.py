"""relays."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns
from migrations.kinds import allow_kinds

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ERRANDS = ["thread", "works", "followers", "quote"]


def upgrade() -> None:
    allow_kinds("errands", [*ERRANDS, "post"])
    op.create_table(
        "relays",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=2048), nullable=False),
        sa.Column("inbox", sa.String(length=2048), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("announces", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested", "accepted", "rejected", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_relays_actor_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relays")),
        sa.UniqueConstraint("address", name=op.f("uq_relays_address")),
    )
    with op.batch_alter_table("relays") as batch_op:
        batch_op.create_index(batch_op.f("ix_relays_actor_id"), ["actor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("relays")
    op.execute("DELETE FROM errands WHERE kind = 'post'")
    allow_kinds("errands", ERRANDS)
