"""The sandbox: a payment provider that moves no money, with a pay page of our own.

In production it is off, whichever provider is used: its page gives Pro away. The
setting ``PAYMENT_SANDBOX`` turns it on.
"""

import json
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user, login_required
from sqlalchemy import select
from standardwebhooks import Webhook
from werkzeug import Response
from werkzeug.exceptions import ServiceUnavailable

from . import webhook
from .models import DECLINED, OPEN, PAID, REFERENCE, Checkout, session
from .provider import HostedCheckout
from .settings import Settings

blueprint = Blueprint("sandbox", __name__)

OUTCOMES = {
    PAID: ("Thank you! You are now on Pro.", "success"),
    DECLINED: ("The payment was declined.", "error"),
}


class Sandbox:
    """A :class:`~.provider.PaymentProvider` for development and tests."""

    def create_checkout(self, *, amount: int, idempotency_key: str) -> HostedCheckout:
        """Return the page below; it remembers nothing, so nothing happens twice."""
        if not is_on(current_app):
            raise ServiceUnavailable("Payments are not available yet.")
        reference = uuid5(NAMESPACE_URL, idempotency_key).hex
        url = url_for("billing.sandbox.pay_page", reference=reference)
        return HostedCheckout(reference, url)


def is_on(app: Flask) -> bool:
    """Return whether payments of the sandbox count."""
    return bool(app.config["PAYMENT_SANDBOX"] or not app.config["PRODUCTION"])


@blueprint.before_request
def answer_only_where_on() -> None:
    """Answer 404 to all pages of the sandbox while it is off."""
    if not is_on(current_app):
        abort(404)


@blueprint.get("/checkout/<reference>")
@login_required
def pay_page(reference: str) -> str | Response:
    """Ask what shall become of the payment."""
    checkout = _own_checkout(reference)
    if checkout.status != OPEN:
        return redirect(url_for("billing.subscription"))
    return render_template("billing/checkout.html", checkout=checkout)


@blueprint.post("/checkout/<reference>")
@login_required
def pay(reference: str) -> Response:
    """Tell the webhook what became of the payment, as a real provider does."""
    checkout = _own_checkout(reference)
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES:
        abort(422)
    if checkout.status == OPEN:
        webhook.receive(*_signed(checkout, outcome))
        flash(*OUTCOMES[outcome])
    return redirect(url_for("billing.subscription"))


def _own_checkout(reference: str) -> Checkout:
    if not REFERENCE.fullmatch(reference):
        abort(404)
    own = select(Checkout).where(
        Checkout.reference == reference, Checkout.user_id == current_user.id
    )
    return session.scalar(own) or abort(404)


def _signed(checkout: Checkout, outcome: str) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of the message to the webhook."""
    data = {"reference": checkout.reference, "amount": checkout.amount}
    body = json.dumps({"type": f"checkout.{outcome}", "data": data})
    message_id = f"sandbox_{checkout.reference}"  # one outcome, sent once
    now = datetime.now(UTC)
    signature = Webhook(Settings.current().WEBHOOK_SECRET).sign(message_id, now, body)
    return body.encode(), {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
