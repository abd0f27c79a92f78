"""Checkouts: open one at the payment provider, once for each form."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .models import Checkout, session
from .plans import PRO_PRICE
from .provider import PaymentProvider
from .sandbox import Sandbox, is_on

# To take money, put your provider's class here.
provider: PaymentProvider = Sandbox()


def init_app(app: Flask) -> None:
    """Log a warning where production has no payment provider, or the sandbox is on."""
    if not app.config["PRODUCTION"]:
        return
    if is_on(app):
        app.logger.warning(
            "PAYMENT_SANDBOX is on in production: members get Pro without paying."
        )
    elif isinstance(provider, Sandbox):
        app.logger.warning(
            "Production has no payment provider, so members can't subscribe. Set "
            "`provider` in %s, or PAYMENT_SANDBOX=1 to try the site.",
            __file__,
        )


def open_checkout(user_id: int, idempotency_key: str) -> Checkout:
    """Return the checkout for this key; a second click gets the one of the first."""
    hosted = provider.create_checkout(
        amount=PRO_PRICE, idempotency_key=f"{user_id}:{idempotency_key}"
    )
    checkout = Checkout(
        user_id=user_id,
        idempotency_key=idempotency_key,
        reference=hosted.reference,
        url=hosted.url,
        amount=PRO_PRICE,
    )
    session.add(checkout)
    try:
        session.commit()
    except IntegrityError:  # the first click was faster
        session.rollback()
        same = select(Checkout).where(
            Checkout.user_id == user_id, Checkout.idempotency_key == idempotency_key
        )
        return session.scalars(same).one()
    return checkout
