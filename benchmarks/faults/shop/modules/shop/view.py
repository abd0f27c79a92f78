"""Where orders are placed."""

import sqlalchemy as sa
from flask import Blueprint

from kernel.events import publish
from web.security import csrf

from .events import OrderPlaced
from .models import CUSTOMERS, Customer, Order, session

blueprint = Blueprint("shop", __name__)
csrf.exempt(blueprint)


@blueprint.get("/")
def look() -> str:
    """Say that we are open."""
    return "open"


@blueprint.post("/orders/<int:order_id>")
def order(order_id: int) -> tuple[str, int]:
    """Place an order: the row, the customer's count and the event, or none of them."""
    customer = order_id % CUSTOMERS
    # The row of the customer is locked from here on: their orders have an order.
    count = (
        sa.update(Customer)
        .where(Customer.id == customer)
        .values(orders=Customer.orders + 1)
        .returning(Customer.orders)
    )
    number = session.execute(count).scalar_one()
    session.add(Order(id=order_id, customer=customer, number=number))
    publish(OrderPlaced(order_id=order_id, customer=customer, number=number))
    session.commit()
    return "ordered", 201
