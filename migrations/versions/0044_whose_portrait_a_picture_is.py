"""Whose portrait a picture is, so that their terms are kept on our copy of it."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_actors_icon_url", "actors", ["icon_url"])
    op.create_index("ix_actors_image_url", "actors", ["image_url"])


def downgrade() -> None:
    op.drop_index("ix_actors_image_url", "actors")
    op.drop_index("ix_actors_icon_url", "actors")
