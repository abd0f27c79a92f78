"""Create the tables of billing."""

import sqlalchemy as sa
from alembic import op

revision = "billing_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billing_checkout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_checkout")),
        sa.UniqueConstraint("reference", name=op.f("uq_billing_checkout_reference")),
        sa.UniqueConstraint(
            "user_id", "idempotency_key", name=op.f("uq_billing_checkout_user_id")
        ),
    )
    op.create_table(
        "billing_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_invoice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("billing_invoice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_billing_invoice_paid_at"), ["paid_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_billing_invoice_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "billing_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("period_end", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_subscription")),
        sa.UniqueConstraint(
            "reference", name=op.f("uq_billing_subscription_reference")
        ),
        sa.UniqueConstraint("user_id", name=op.f("uq_billing_subscription_user_id")),
    )
    with op.batch_alter_table("billing_subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_billing_subscription_status"), ["status"], unique=False
        )

    op.create_table(
        "billing_webhook_receipt",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_webhook_receipt")),
    )


def downgrade() -> None:
    op.drop_table("billing_webhook_receipt")
    with op.batch_alter_table("billing_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_billing_subscription_status"))

    op.drop_table("billing_subscription")
    with op.batch_alter_table("billing_invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_billing_invoice_user_id"))
        batch_op.drop_index(batch_op.f("ix_billing_invoice_paid_at"))

    op.drop_table("billing_invoice")
    op.drop_table("billing_checkout")
