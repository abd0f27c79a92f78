"""The table of this module. No other module reads it."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("product")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Product(Base):
    """Something that is sold."""

    __tablename__ = "product_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    price: Mapped[int]
