"""Add the version of the read model."""

import sqlalchemy as sa
from alembic import op

revision = "dashboard_0002"
down_revision = "dashboard_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = op.create_table(
        "dashboard_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_version")),
    )
    op.bulk_insert(version, [{"id": 1, "name": "first"}])


def downgrade() -> None:
    op.drop_table("dashboard_version")
