"""What admins say about crawlers, and which came."""

import sqlalchemy as sa
from alembic import op

from fedi.models.columns import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "crawler_rules",
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("operator", sa.String(length=200), nullable=False),
        sa.Column(
            "purpose",
            _choice("purpose", "training", "dataset", "search", "user", "index", "preview", "other"),
            nullable=False,
        ),
        sa.Column("obeys", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("signs", sa.String(length=255), nullable=False),
        sa.Column("rule", _choice("rule", "allow", "refuse"), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_crawler_rules")),
    )
    op.create_table(
        "crawler_ranges",
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("prefixes", sa.JSON(), nullable=False),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_crawler_ranges")),
    )
    op.create_table(
        "crawler_visits",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("operator", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "identity",
            _choice("identity", "claimed", "address", "signed", "spoofed", "unknown"),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            _choice("verdict", "served", "refused", "priced", "limited", "stopped"),
            nullable=False,
        ),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("first_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("user_agent", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawler_visits")),
    )
    op.create_index("ix_crawler_visits_actor", "crawler_visits", ["actor_id", "day"])
    op.create_index(
        "ix_crawler_visits_what",
        "crawler_visits",
        ["day", "agent", "network", "kind", "actor_id", "identity", "verdict"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("crawler_visits")
    op.drop_table("crawler_ranges")
    op.drop_table("crawler_rules")
