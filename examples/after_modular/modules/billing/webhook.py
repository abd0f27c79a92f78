"""The webhook: the provider tells what became of a payment, maybe more than once.

Its form is that of https://www.standardwebhooks.com.
"""

import json
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from standardwebhooks import Webhook, WebhookVerificationError

from . import subscriptions
from .models import REFERENCE, Checkout, Subscription, WebhookReceipt, session
from .plans import PRO_PRICE
from .settings import Settings

MAX_ID_LENGTH = 255  # of a message, as the table holds it
Data = dict[str, Any]
Row = TypeVar("Row", Checkout, Subscription)


class RefusedError(Exception):
    """A message that has no effect; the provider may send it again."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def receive(body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], int]:
    """Do what a signed message says, once; return the answer and its status.

    :param headers: the headers by name, in lower case.
    """
    try:
        _verify(body, headers)
        kind, data = _parse(body)
        if kind not in HANDLERS:
            return {"status": "ignored"}, 200
        if not _note_receipt(headers["webhook-id"]):
            return {"status": "duplicate"}, 200
        HANDLERS[kind](data)
        session.commit()  # the effect and its receipt, or neither
    except RefusedError as refused:
        session.rollback()
        return {"error": str(refused)}, refused.status
    return {"status": "processed"}, 200


def _verify(body: bytes, headers: dict[str, str]) -> None:
    webhook = Webhook(Settings.current().WEBHOOK_SECRET)
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: not even base64
        raise RefusedError(400, "The signature or the timestamp is invalid.") from None
    if len(headers["webhook-id"]) > MAX_ID_LENGTH:
        raise RefusedError(400, f"The id has over {MAX_ID_LENGTH} characters.")


def _parse(body: bytes) -> tuple[str, Data]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(422, "The body is not valid JSON.") from None
    match message:
        case {"type": str(kind), "data": dict(data)}:
            return kind, data
    raise RefusedError(422, 'The body must be {"type": "...", "data": {...}}.')


def _note_receipt(message_id: str) -> bool:
    """Write down that this message has had its effect; ``False`` if it had before.

    The same message at the same moment waits here for the other one's transaction.
    """
    session.add(WebhookReceipt(id=message_id))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _checkout_paid(data: Data) -> None:
    checkout = _find(Checkout, data)
    _check_amount(data, checkout.amount)
    subscriptions.pay(checkout)


def _checkout_declined(data: Data) -> None:
    subscriptions.decline(_find(Checkout, data))


def _subscription_renewed(data: Data) -> None:
    subscription = _find(Subscription, data)
    _check_amount(data, PRO_PRICE)
    subscriptions.renew(subscription, PRO_PRICE)


def _subscription_ended(data: Data) -> None:
    subscriptions.end(_find(Subscription, data))


HANDLERS = {
    "checkout.paid": _checkout_paid,
    "checkout.declined": _checkout_declined,
    "subscription.renewed": _subscription_renewed,
    "subscription.ended": _subscription_ended,
}


def _find(model: type[Row], data: Data) -> Row:
    """Return the row with the message's reference, locked against other messages."""
    reference = data.get("reference")
    if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
        raise RefusedError(422, "data.reference is missing or invalid.")
    same = select(model).where(model.reference == reference).with_for_update()
    # What the request read before may be out of date by now.
    row = session.scalar(same, execution_options={"populate_existing": True})
    if row is None:
        raise RefusedError(404, "Unknown reference.")
    return row


def _check_amount(data: Data, expected: int) -> None:
    if data.get("amount") != expected:
        raise RefusedError(422, f"data.amount must be {expected}.")
