"""collections of ours: people an artist recommends, who may be recommended, and notifications of it."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KINDS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "status", "quote", "quoted_update",
    "moderation_warning", "admin.report", "media_failed", "reply_refused", "admin.sign_up",
]  # fmt: skip
NEW_KINDS = ["added_to_collection", "collection_update"]
STATES = ["pending", "accepted", "rejected", "revoked"]


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("tag", sa.String(length=255), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_collections_actor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_index(op.f("ix_collections_actor_id"), "collections", ["actor_id"])
    op.create_table(
        "collection_items",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("authorization_uri", sa.String(length=2048), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actors.id"], name=op.f("fk_collection_items_actor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_items_collection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("collection_id", "actor_id", name=op.f("uq_collection_items_collection_id_actor_id")),
    )
    op.create_index(op.f("ix_collection_items_actor_id"), "collection_items", ["actor_id"])
    op.create_index("ix_collection_items_authorization_uri", "collection_items", ["authorization_uri"])
    op.add_column("features", sa.Column("item_uri", sa.String(length=2048), nullable=True))
    op.create_index("ix_features_item_uri", "features", ["item_uri"])
    op.create_index("ix_features_instrument_uri", "features", ["instrument_uri"])
    op.add_column("actors", sa.Column("may_feature", sa.JSON(), nullable=True))
    allow_kinds("notifications", [*KINDS, *NEW_KINDS])
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.add_column(sa.Column("feature_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(batch_op.f("ix_notifications_feature_id"), ["feature_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_feature_id"), "features", ["feature_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    names = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    op.execute(f"DELETE FROM notifications WHERE kind IN ({names})")  # noqa: S608 - our own words
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notifications_feature_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notifications_feature_id"))
        batch_op.drop_column("feature_id")
    allow_kinds("notifications", KINDS)
    op.drop_index("ix_features_instrument_uri", "features")
    op.drop_index("ix_features_item_uri", "features")
    op.drop_column("features", "item_uri")
    op.drop_column("actors", "may_feature")  # a batch would make the table anew, to which others point
    op.drop_table("collection_items")
    op.drop_table("collections")
