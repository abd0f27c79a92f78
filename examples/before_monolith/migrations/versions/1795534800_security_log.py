"""Add the security log, and allow one invoice per checkout.

Revision ID: 1795534800
Revises: 1795531200
Create Date: 2026-11-24 15:40:00.000000

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "1795534800"
down_revision: str | Sequence[str] | None = "1795531200"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "security_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_events")),
    )
    op.create_index(
        op.f("ix_security_events_created_at"),
        "security_events",
        ["created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_security_events_user_id"), "security_events", ["user_id"], unique=False
    )
    # Not in a batch: SQLite would copy the table, and lose its AUTOINCREMENT.
    op.add_column(
        "invoices", sa.Column("checkout_reference", sa.String(length=64), nullable=True)
    )
    op.create_index(
        op.f("ix_invoices_checkout_reference"),
        "invoices",
        ["checkout_reference"],
        unique=True,
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index(op.f("ix_invoices_checkout_reference"), table_name="invoices")
    op.drop_column("invoices", "checkout_reference")
    op.drop_index(op.f("ix_security_events_user_id"), table_name="security_events")
    op.drop_index(op.f("ix_security_events_created_at"), table_name="security_events")
    op.drop_table("security_events")
