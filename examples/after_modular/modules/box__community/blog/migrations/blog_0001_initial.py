"""Create the table of posts."""

import sqlalchemy as sa
from alembic import op

revision = "blog_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blog_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=250), nullable=False),
        sa.Column("idempotency_key", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blog_post")),
        sa.UniqueConstraint(
            "author_id", "idempotency_key", name=op.f("uq_blog_post_author_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("blog_post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_blog_post_author_id"), ["author_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_blog_post_published_at"),
            ["published_at", "id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("blog_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blog_post_published_at"))
        batch_op.drop_index(batch_op.f("ix_blog_post_author_id"))

    op.drop_table("blog_post")
