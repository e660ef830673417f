"""profiles that somebody looks at."""

from alembic import op

from migrations.kinds import allow_kinds

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ERRANDS = ["thread", "works", "followers", "quote", "post"]


def upgrade() -> None:
    allow_kinds("errands", [*ERRANDS, "actor"])


def downgrade() -> None:
    op.execute("DELETE FROM errands WHERE kind = 'actor'")
    allow_kinds("errands", ERRANDS)
