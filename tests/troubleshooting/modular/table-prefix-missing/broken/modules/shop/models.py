from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry


class Base(DeclarativeBase):
    registry = module_registry()


class Product(Base):
    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
