"""Posts that were changed or deleted, as somebody else says, and are asked for again."""

from alembic import op

from migrations.kinds import allow_kinds

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ERRANDS = ["thread", "works", "quote", "post", "actor", "collection", "followers", "poll"]


def upgrade() -> None:
    allow_kinds("errands", [*ERRANDS, "again"])


def downgrade() -> None:
    op.execute("DELETE FROM errands WHERE kind = 'again'")
    allow_kinds("errands", ERRANDS)
