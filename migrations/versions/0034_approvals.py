"""What authors elsewhere say to answers, likes and boosts of ours."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KINDS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "status", "quote", "quoted_update",
    "moderation_warning", "admin.report", "media_failed",
]  # fmt: skip


def upgrade() -> None:
    allow_kinds("notifications", [*KINDS, "reply_refused"])
    op.add_column("posts", sa.Column("reply_refused_at", UtcDateTime(timezone=True), nullable=True))
    for table in ("likes", "boosts"):
        op.add_column(table, sa.Column("authorization", sa.String(length=2048), nullable=True))


def downgrade() -> None:
    for table in ("boosts", "likes"):
        op.drop_column(table, "authorization")
    op.drop_column("posts", "reply_refused_at")
    op.execute("DELETE FROM notifications WHERE kind = 'reply_refused'")
    allow_kinds("notifications", KINDS)
