"""The people with an account."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auth_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=240).with_variant(
                sa.String(length=240, collation="C"), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "email",
            sa.String(length=254).with_variant(
                sa.String(length=254, collation="C"), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("security_stamp", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_user")),
        sa.UniqueConstraint("email", name=op.f("uq_auth_user_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("auth_user", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auth_user_confirmed_at"), ["confirmed_at"], unique=False
        )
        batch_op.create_index(
            "ix_auth_user_created_at_id", ["created_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_auth_user_name_key"), ["name_key"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("auth_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_user_name_key"))
        batch_op.drop_index("ix_auth_user_created_at_id")
        batch_op.drop_index(batch_op.f("ix_auth_user_confirmed_at"))

    op.drop_table("auth_user")
