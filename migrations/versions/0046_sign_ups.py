"""Sign-ups, invites, letters that wait for the mail server, and the notification of who came in."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KINDS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "status", "quote", "quoted_update",
    "moderation_warning", "admin.report", "media_failed", "reply_refused",
]  # fmt: skip


def upgrade() -> None:
    allow_kinds("notifications", [*KINDS, "admin.sign_up"])
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_due_at"), ["due_at"], unique=False)

    op.create_table(
        "invites",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invites_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code", name=op.f("uq_invites_code")),
    )
    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invites_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_ups",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "accepted", "rejected", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.Column("invite_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmation_hash", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ups_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_sign_ups_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["invite_id"], ["invites.id"], name=op.f("fk_sign_ups_invite_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["token_id"], ["access_tokens.id"], name=op.f("fk_sign_ups_token_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("account_id", name=op.f("uq_sign_ups_account_id")),
        sa.UniqueConstraint("confirmation_hash", name=op.f("uq_sign_ups_confirmation_hash")),
        sa.UniqueConstraint("email_key", name=op.f("uq_sign_ups_email_key")),
        sa.UniqueConstraint("name_key", name=op.f("uq_sign_ups_name_key")),
        sa.UniqueConstraint("token_id", name=op.f("uq_sign_ups_token_id")),
    )
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ups_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_sign_ups_state", ["state", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_ups_state")
        batch_op.drop_index(batch_op.f("ix_sign_ups_created_at"))

    op.drop_table("sign_ups")
    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invites_account_id"))

    op.drop_table("invites")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_due_at"))

    op.drop_table("letters")
    op.execute("DELETE FROM notifications WHERE kind = 'admin.sign_up'")
    allow_kinds("notifications", KINDS)
