"""Terms of galleries, who holds the rights and what a licence costs, numbered decisions, the visible fallbacks."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

COLUMNS = {
    "actors": [
        ("rights_holder", sa.String(length=255)),
        ("licence_contact", sa.String(length=255)),
        ("licence_price", sa.String(length=32)),
    ],
    "consent_log": [("details", sa.JSON())],
    "galleries": [("consent", sa.String(length=255)), ("licence", sa.String(length=255))],
    "posts": [("hung_consent", sa.String(length=255)), ("hung_licence", sa.String(length=255))],
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for name in ("noai_tag", "noai_field"):
        op.add_column("actors", sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("actors", sa.Column("terms_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("consent_log", sa.Column("version", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("consent_log", "version")
    for name in ("terms_version", "noai_field", "noai_tag"):
        op.drop_column("actors", name)
    for table, columns in COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)
