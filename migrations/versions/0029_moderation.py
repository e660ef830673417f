"""What moderators decide about single people, who works on a report, and numbers for the rules about servers."""

import sqlalchemy as sa
from alembic import op

from fedi import clock
from fedi.models.columns import UtcDateTime
from migrations.kinds import allow_kinds

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = [
    "mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "status", "quote", "quoted_update",
    "admin.report", "media_failed",
]  # fmt: skip


def upgrade() -> None:
    op.add_column("actors", sa.Column("ruling", sa.String(16), nullable=True))
    op.add_column("actors", sa.Column("sensitized_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("frozen_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("reports") as batch_op:
        batch_op.add_column(sa.Column("assigned_to_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reports_assigned_to_id"), "accounts", ["assigned_to_id"], ["id"], ondelete="SET NULL"
        )
    op.execute("UPDATE reports SET updated_at = COALESCE(resolved_at, created_at)")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.alter_column("updated_at", existing_type=UtcDateTime(timezone=True), nullable=False)
    op.create_table(
        "measures",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=True),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["accounts.id"], name=op.f("fk_measures_moderator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["actors.id"], name=op.f("fk_measures_target_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_measures_report_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    with op.batch_alter_table("measures") as batch_op:
        batch_op.create_index(batch_op.f("ix_measures_target_id"), ["target_id"], unique=False)
    allow_kinds("notifications", [*KINDS, "moderation_warning"])
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.add_column(sa.Column("measure_id", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_measure_id"), "measures", ["measure_id"], ["id"], ondelete="CASCADE"
        )
    op.add_column("domain_rules", sa.Column("id", sa.BigInteger(), nullable=True))
    rules = sa.table("domain_rules", sa.column("id"), sa.column("domain"))
    for (domain,) in op.get_bind().execute(sa.select(rules.c.domain)).all():
        op.execute(rules.update().where(rules.c.domain == domain).values(id=clock.new_id()))
    with op.batch_alter_table("domain_rules") as batch_op:
        batch_op.alter_column("id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_domain_rules_id"), ["id"])


def downgrade() -> None:
    with op.batch_alter_table("domain_rules") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_domain_rules_id"), type_="unique")
        batch_op.drop_column("id")
    op.execute("DELETE FROM notifications WHERE kind = 'moderation_warning'")
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notifications_measure_id"), type_="foreignkey")
        batch_op.drop_column("measure_id")
    allow_kinds("notifications", KINDS)
    op.drop_table("measures")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reports_assigned_to_id"), type_="foreignkey")
        batch_op.drop_column("updated_at")
        batch_op.drop_column("assigned_to_id")
    op.drop_column("accounts", "frozen_at")
    op.drop_column("actors", "sensitized_at")
    op.drop_column("actors", "ruling")
