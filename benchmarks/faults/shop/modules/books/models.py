"""The ledger."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel.database import module_registry, module_session, utcnow

session = module_session("books")


class Base(DeclarativeBase):
    """The base of the tables of the books."""

    registry = module_registry()


class Entry(Base):
    """What a listener did for an order. Nothing forbids that it does so twice."""

    __tablename__ = "books_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    listener: Mapped[str]
    order_id: Mapped[int]
    customer: Mapped[int]
    number: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(default=utcnow)
