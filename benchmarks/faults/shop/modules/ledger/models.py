"""The ledger's table."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

session = module_session("ledger")


class Base(DeclarativeBase):
    """The base of the ledger's table."""

    registry = module_registry()


class Entry(Base):
    """What a listener did for an order; no constraint forbids a duplicate."""

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    listener: Mapped[str]
    order_id: Mapped[int]
    customer: Mapped[int]
    number: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(default=utcnow)
