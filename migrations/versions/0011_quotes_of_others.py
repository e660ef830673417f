"""quotes of others."""

import sqlalchemy as sa
from alembic import op

from migrations.kinds import allow_kinds

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOTIFICATIONS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "admin.report", "media_failed",
]  # fmt: skip
NEW_NOTIFICATIONS = ["quote", "quoted_update"]
ERRANDS = ["thread", "works", "followers"]


def upgrade() -> None:
    allow_kinds("notifications", [*NOTIFICATIONS, *NEW_NOTIFICATIONS])
    allow_kinds("errands", [*ERRANDS, "quote"])
    with op.batch_alter_table("posts") as batch_op:
        batch_op.add_column(sa.Column("policies", sa.JSON(), nullable=True))
    with op.batch_alter_table("quotes") as batch_op:
        batch_op.add_column(sa.Column("quoted_uri", sa.String(length=2048), nullable=True))
        batch_op.add_column(sa.Column("instrument_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("authorization_uri", sa.String(length=2048), nullable=True))
    op.execute("UPDATE quotes SET quoted_uri = (SELECT uri FROM posts WHERE posts.id = quotes.post_id)")
    with op.batch_alter_table("quotes") as batch_op:
        batch_op.alter_column("quoted_uri", existing_type=sa.String(length=2048), nullable=False)
        batch_op.alter_column("post_id", existing_type=sa.BigInteger(), nullable=True)
        batch_op.alter_column("request_uri", existing_type=sa.String(length=2048), nullable=True)
        batch_op.create_index("ix_quotes_authorization_uri", ["authorization_uri"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_quotes_instrument_id"), ["instrument_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_quotes_instrument_id"), "posts", ["instrument_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute("DELETE FROM quotes WHERE post_id IS NULL OR request_uri IS NULL")
    with op.batch_alter_table("quotes") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_quotes_instrument_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_quotes_instrument_id"), type_="unique")
        batch_op.drop_index("ix_quotes_authorization_uri")
        batch_op.alter_column("request_uri", existing_type=sa.String(length=2048), nullable=False)
        batch_op.alter_column("post_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_column("authorization_uri")
        batch_op.drop_column("instrument_id")
        batch_op.drop_column("quoted_uri")
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_column("policies")
    op.execute("DELETE FROM errands WHERE kind = 'quote'")
    allow_kinds("errands", ERRANDS)
    names = ", ".join(f"'{kind}'" for kind in NEW_NOTIFICATIONS)
    op.execute(f"DELETE FROM notifications WHERE kind IN ({names})")  # noqa: S608 - our own words
    allow_kinds("notifications", NOTIFICATIONS)
