"""What the ledger records of an order."""

from kernel import listens
from modules.shop.events import OrderPlaced

from .models import Entry, session


@listens(OrderPlaced)
def record(event: OrderPlaced) -> None:
    """Write an entry."""
    session.add(_entry("record", event))


@listens(OrderPlaced, ordered_by="customer")
def record_in_order(event: OrderPlaced) -> None:
    """Write an entry; those of one customer in the order of their orders."""
    session.add(_entry("record_in_order", event))


def _entry(listener: str, event: OrderPlaced) -> Entry:
    return Entry(
        listener=listener,
        order_id=event.order_id,
        customer=event.customer,
        number=event.number,
    )
