"""The tables of bookmarks."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

session = module_session("bookmarks")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Bookmark(Base):
    """A link that a user has saved."""

    __tablename__ = "bookmarks_bookmark"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    url: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
