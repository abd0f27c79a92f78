from dataclasses import dataclass

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class ProductSold(Event):
    """A product was sold."""

    product_id: int
