"""The security log."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0003"
down_revision = "auth_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auth_security_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_security_event")),
    )
    with op.batch_alter_table("auth_security_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auth_security_event_created_at"),
            ["created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_auth_security_event_user_id"), ["user_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("auth_security_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_security_event_user_id"))
        batch_op.drop_index(batch_op.f("ix_auth_security_event_created_at"))

    op.drop_table("auth_security_event")
