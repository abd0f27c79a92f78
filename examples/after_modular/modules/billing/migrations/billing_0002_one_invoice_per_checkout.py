"""One invoice per checkout."""

import sqlalchemy as sa
from alembic import op

revision = "billing_0002"
down_revision = "billing_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and lose its AUTOINCREMENT.
    op.add_column(
        "billing_invoice",
        sa.Column("checkout_reference", sa.String(length=64), nullable=True),
    )
    op.create_index(
        op.f("ix_billing_invoice_checkout_reference"),
        "billing_invoice",
        ["checkout_reference"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_billing_invoice_checkout_reference"), table_name="billing_invoice"
    )
    op.drop_column("billing_invoice", "checkout_reference")
