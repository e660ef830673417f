"""hidden collections and attribution domains."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hides = sa.Column("hides_collections", sa.Boolean(), nullable=False, server_default=sa.false())
    for column in (hides, sa.Column("attribution_domains", sa.JSON(), nullable=True)):
        op.add_column("actors", column)


def downgrade() -> None:
    for name in ("attribution_domains", "hides_collections"):
        op.drop_column("actors", name)
