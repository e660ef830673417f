"""quotes with consent."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
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
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_quotes_actor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_quotes_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("post_id", "instrument_uri", name=op.f("uq_quotes_post_id_instrument_uri")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotes_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_quotes_state", ["state", "post_id"], unique=False)

    with op.batch_alter_table("actors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_policy", sa.String(length=16), nullable=True))

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_policy", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("quote_policy")

    with op.batch_alter_table("actors", schema=None) as batch_op:
        batch_op.drop_column("quote_policy")

    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.drop_index("ix_quotes_state")
        batch_op.drop_index(batch_op.f("ix_quotes_actor_id"))

    op.drop_table("quotes")
