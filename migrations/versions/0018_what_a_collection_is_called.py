"""what a collection is called."""

import sqlalchemy as sa
from alembic import op

from migrations.kinds import allow_kinds

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ERRANDS = ["thread", "works", "followers", "quote", "post", "actor"]


def upgrade() -> None:
    allow_kinds("errands", [*ERRANDS, "collection"])
    with op.batch_alter_table("features") as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("summary", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("url", sa.String(length=2048), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("features") as batch_op:
        batch_op.drop_column("url")
        batch_op.drop_column("summary")
        batch_op.drop_column("title")
    op.execute("DELETE FROM errands WHERE kind = 'collection'")
    allow_kinds("errands", ERRANDS)
