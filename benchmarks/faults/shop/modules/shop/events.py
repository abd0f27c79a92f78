"""The events of the shop."""

from dataclasses import dataclass

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order was placed. ``number`` counts the orders of this customer."""

    order_id: int
    customer: int
    number: int
