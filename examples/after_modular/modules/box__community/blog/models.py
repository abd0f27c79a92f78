"""The blog's own table. No other module reads it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

session = module_session("blog")


class Base(DeclarativeBase):
    """What the models of this module have in common."""

    registry = module_registry()


class Post(Base):
    """A text by one author; a draft until it has a date of publication."""

    __tablename__ = "blog_post"
    __table_args__ = (
        sa.Index(None, "published_at", "id"),  # the list of all
        sa.Index(None, "author_id", "id"),  # the list of one's own
        sa.UniqueConstraint("author_id", "idempotency_key"),
        {"sqlite_autoincrement": True},  # an old link never meets a new post
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int]
    # The name stands in each post, so that a page of posts is one query.
    # `listeners.py` keeps it up to date.
    author_name: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(250))
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(36))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    published_at: Mapped[datetime | None]

    @property
    def is_published(self) -> bool:
        """Whether everyone may read it."""
        return self.published_at is not None
