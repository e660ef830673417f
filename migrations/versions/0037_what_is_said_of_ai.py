"""What a maker says of AI in three words instead of a tick, and the licence and source written into each rendition."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

RESERVED = "all-rights-reserved"
CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"


def upgrade() -> None:
    op.add_column("posts", sa.Column("ai", sa.String(length=16), nullable=True))
    op.execute("UPDATE posts SET ai = 'generated' WHERE ai_generated")
    op.drop_column("posts", "ai_generated")
    for name, default in (("licence", RESERVED), ("source", CREATED)):
        op.add_column("renditions", sa.Column(name, sa.String(length=255), nullable=False, server_default=default))
    op.execute(
        "UPDATE renditions SET licence = COALESCE("  # noqa: S608 - of our own words alone
        "(SELECT posts.licence FROM media JOIN posts ON posts.id = media.post_id WHERE media.id = renditions.media_id), "
        "(SELECT actors.licence FROM media JOIN actors ON actors.id = media.actor_id "
        f"WHERE media.id = renditions.media_id), '{RESERVED}')"
    )
    _rewrite(lambda draft: draft | {"ai": "generated" if draft.pop("ai_generated", False) else None})


def downgrade() -> None:
    op.add_column("posts", sa.Column("ai_generated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE posts SET ai_generated = (ai = 'generated') WHERE ai IS NOT NULL")
    op.drop_column("posts", "ai")
    op.drop_column("renditions", "licence")
    op.drop_column("renditions", "source")
    _rewrite(lambda draft: draft | {"ai_generated": draft.pop("ai", None) == "generated"})


def _rewrite(change) -> None:  # noqa: ANN001 - a function over one kept draft
    """Posts for later are kept as they were asked for."""
    bind = op.get_bind()
    for row in bind.execute(sa.text("SELECT id, draft FROM scheduled_posts")).all():
        draft = json.loads(row.draft) if isinstance(row.draft, str) else row.draft
        bind.execute(
            sa.text("UPDATE scheduled_posts SET draft = :draft WHERE id = :id"),
            {"draft": json.dumps(change(draft)), "id": row.id},
        )
