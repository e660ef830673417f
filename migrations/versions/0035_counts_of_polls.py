"""When another server last told the counts of its poll, so that they are asked for anew."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ERRANDS = ["thread", "works", "quote", "post", "actor", "collection", "followers"]


def upgrade() -> None:
    allow_kinds("errands", [*ERRANDS, "poll"])
    op.add_column("polls", sa.Column("told_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("polls", "told_at")
    op.execute("DELETE FROM errands WHERE kind = 'poll'")
    allow_kinds("errands", ERRANDS)
