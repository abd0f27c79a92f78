"""Sends the receipts; files in FAULTS_FOLDER make it fail or slow it down."""

import os
import time
from pathlib import Path

from kernel import listens
from modules.shop.events import OrderPlaced
from web.mail import send_mail

FAULTS = Path(os.environ.get("FAULTS_FOLDER", "."))
DELAY = 0.5  # seconds


@listens(OrderPlaced)
def mail_receipt(event: OrderPlaced) -> None:
    """Send a receipt."""
    if (FAULTS / "failing").exists():
        raise RuntimeError("the mail server is down")
    if (FAULTS / "slow").exists():
        time.sleep(DELAY)
    send_mail(
        f"customer-{event.customer}@example.com",
        f"Your order {event.order_id}",
        "receipts/receipt.txt",
        order=event.order_id,
    )
