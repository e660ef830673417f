"""polls and votes."""

import sqlalchemy as sa
from alembic import op

import fedi.models.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


KINDS = ["mention", "favourite", "reblog", "follow", "follow_request", "update", "admin.report", "media_failed"]


def upgrade() -> None:
    allow_kinds([*KINDS, "poll"])
    op.create_table(
        "polls",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("hide_totals", sa.Boolean(), nullable=False),
        sa.Column("expires_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("due_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_polls_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_polls")),
    )
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_polls_due_at"), ["due_at"], unique=False)

    op.create_table(
        "votes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("created_at", fedi.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_votes_actor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["polls.post_id"], name=op.f("fk_votes_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("post_id", "actor_id", "option", name=op.f("uq_votes_post_id_actor_id_option")),
    )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_votes_actor_id"), ["actor_id"], unique=False)


def allow_kinds(kinds: list[str]) -> None:
    """Hold `notifications.kind` to these; SQLite makes the table anew, with a check only where it is given whole."""
    allowed = sa.column("kind").in_([sa.literal_column(f"'{kind}'") for kind in kinds])
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notifications_kind"), type_="check")
    if op.get_bind().dialect.name == "sqlite":
        check = sa.CheckConstraint(allowed, op.f("ck_notifications_kind"))
        with op.batch_alter_table("notifications", recreate="always", table_args=[check]):
            return
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", allowed)


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE kind = 'poll'")
    allow_kinds(KINDS)
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_votes_actor_id"))

    op.drop_table("votes")
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_polls_due_at"))

    op.drop_table("polls")
