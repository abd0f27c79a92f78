"""What the post sends. The files of FAULTS_FOLDER say that it is in trouble."""

import os
import time
from pathlib import Path

from kernel.events import listens
from modules.shop.events import OrderPlaced
from web.mail import send_mail

TROUBLES = Path(os.environ.get("FAULTS_FOLDER", "."))
SLOW = 0.5  # seconds


@listens(OrderPlaced)
def mail_receipt(event: OrderPlaced) -> None:
    """Send a receipt."""
    if (TROUBLES / "failing").exists():
        raise RuntimeError("the post is closed")
    if (TROUBLES / "slow").exists():
        time.sleep(SLOW)
    send_mail(
        f"customer-{event.customer}@example.com",
        f"Your order {event.order_id}",
        "post/receipt.txt",
        order=event.order_id,
    )
