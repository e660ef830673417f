"""collections with consent."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "features",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("curator_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument_uri", sa.String(length=2048), nullable=False),
        sa.Column("request_uri", sa.String(length=2048), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "accepted",
                "rejected",
                "revoked",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_features_actor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["curator_id"], ["actors.id"], name=op.f("fk_features_curator_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_features")),
        sa.UniqueConstraint("actor_id", "instrument_uri", name=op.f("uq_features_actor_id_instrument_uri")),
    )
    with op.batch_alter_table("features", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_features_curator_id"), ["curator_id"], unique=False)
        batch_op.create_index("ix_features_state", ["state", "actor_id"], unique=False)

    with op.batch_alter_table("actors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("feature_policy", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("actors", schema=None) as batch_op:
        batch_op.drop_column("feature_policy")

    with op.batch_alter_table("features", schema=None) as batch_op:
        batch_op.drop_index("ix_features_state")
        batch_op.drop_index(batch_op.f("ix_features_curator_id"))

    op.drop_table("features")
