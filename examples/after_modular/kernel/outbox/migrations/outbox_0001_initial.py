"""Create the table of the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "outbox_0001"
down_revision = None
branch_labels = None
depends_on = None

INDEXES = {
    "completed": (["finished_at"], "state = 'COMPLETED'"),
    "due": (["due_at"], "state IN ('PENDING', 'PROCESSING')"),
    "failed": (["id"], "state = 'FAILED'"),
    "key": (["listener", "key", "id"], "key IS NOT NULL AND state <> 'COMPLETED'"),
}


def upgrade() -> None:
    op.create_table(
        "outbox_delivery",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("listener", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=36), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_delivery")),
        sa.UniqueConstraint(
            "event_id", "listener", name=op.f("uq_outbox_delivery_event_id")
        ),
    )
    for name, (columns, rows) in INDEXES.items():
        where = sa.text(rows)
        op.create_index(
            f"ix_outbox_delivery_{name}",
            "outbox_delivery",
            columns,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.drop_table("outbox_delivery")
