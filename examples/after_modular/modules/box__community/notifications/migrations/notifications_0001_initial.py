"""Create the tables of notifications and their settings."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications_notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications_notification")),
    )
    with op.batch_alter_table("notifications_notification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notifications_notification_user_id"),
            ["user_id", "id"],
            unique=False,
        )

    op.create_table(
        "notifications_preference",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notifications_preference")),
    )


def downgrade() -> None:
    op.drop_table("notifications_preference")
    with op.batch_alter_table("notifications_notification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notifications_notification_user_id"))

    op.drop_table("notifications_notification")
