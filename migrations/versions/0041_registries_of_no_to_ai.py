"""Registries of no to AI: who chose which, what was declared where, and the codes of pictures by content."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registry_choices",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("registry_name", sa.String(length=32), nullable=False),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actors.id"], name=op.f("fk_registry_choices_actor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("actor_id", "registry_name", name=op.f("pk_registry_choices")),
    )
    op.create_table(
        "registry_log",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("registry_name", sa.String(length=32), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "exported",
                "withdrawn",
                "handed_over",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("by_operator", sa.Boolean(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("media_id", sa.BigInteger(), nullable=False),
        sa.Column("declared", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=2048), nullable=False),
        sa.Column("iscc", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("consent", sa.String(length=255), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_registry_log_actor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_log")),
    )
    with op.batch_alter_table("registry_log", schema=None) as batch_op:
        batch_op.create_index("ix_registry_log_actor", ["actor_id", "registry_name", "id"], unique=False)

    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("iscc", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.drop_column("iscc")

    with op.batch_alter_table("registry_log", schema=None) as batch_op:
        batch_op.drop_index("ix_registry_log_actor")

    op.drop_table("registry_log")
    op.drop_table("registry_choices")
