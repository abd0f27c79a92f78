"""The table of the blog. No other module reads it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

session = module_session("blog")


class Base(DeclarativeBase):
    """The base of this module's models."""

    registry = module_registry()


class Post(Base):
    """A post: a draft if ``published_at`` is ``None``."""

    __tablename__ = "blog_post"
    __table_args__ = (
        sa.Index(None, "published_at", "id"),  # list of published posts
        sa.Index(None, "author_id", "id"),  # list of an author's posts
        sa.UniqueConstraint("author_id", "idempotency_key"),
        {"sqlite_autoincrement": True},  # an old link never opens a new post
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int]
    # A copy, so that a page of posts takes one query. `listeners.py` updates it.
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
        """Whether everyone can read the post."""
        return self.published_at is not None
