"""The tables of the shop."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

CUSTOMERS = 20

session = module_session("shop")


class Base(DeclarativeBase):
    """The base of the shop's tables."""

    registry = module_registry()


class Customer(Base):
    """A customer, and the number of their orders."""

    __tablename__ = "shop_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[int] = mapped_column(default=0)


class Order(Base):
    """An order; the client chooses the id."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    customer: Mapped[int]
    number: Mapped[int]
    placed_at: Mapped[datetime] = mapped_column(default=utcnow)


def add_customers() -> None:
    """Add the customers."""
    session.execute(
        sa.insert(Customer), [{"id": number} for number in range(CUSTOMERS)]
    )
    session.commit()
