from __future__ import annotations

from typing import TYPE_CHECKING

from kernel import listens

if TYPE_CHECKING:
    from modules.shop.events import ProductSold


@listens("shop.ProductSold", ordered_by="id")
def charge(event: ProductSold) -> None:
    """Charge the customer."""
