"""Subscriptions: from the first payment to the end."""

from calendar import monthrange
from contextlib import suppress
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from kernel import publish, utcnow

from .events import (
    InvoicePaid,
    PaymentFailed,
    SubscriptionCancelled,
    SubscriptionEnded,
    SubscriptionStarted,
)
from .models import (
    ACTIVE,
    CANCELLED,
    DECLINED,
    ENDED,
    OPEN,
    PAID,
    Checkout,
    Invoice,
    Subscription,
    session,
)

OF_PERSON = select(Subscription).where(Subscription.user_id == bindparam("user_id"))


def find(user_id: int) -> Subscription | None:
    """Return somebody's subscription, which may have ended."""
    return session.scalar(OF_PERSON, {"user_id": user_id})


def pay(checkout: Checkout) -> None:
    """Start or prolong the subscription that a checkout pays. The caller commits.

    :param checkout: locked by the caller, so that it is paid once.
    """
    if checkout.status == PAID:
        return
    checkout.status = PAID
    now = utcnow()
    subscription = _locked(checkout)
    paid_until = subscription.period_end if subscription.is_running else now
    subscription.reference = checkout.reference
    subscription.status = ACTIVE
    subscription.period_end = add_month(max(paid_until, now))
    invoice = _add_invoice(checkout.user_id, checkout.amount, checkout.reference)
    publish(
        SubscriptionStarted(
            user_id=checkout.user_id,
            invoice_number=invoice.number,
            amount=invoice.amount,
        )
    )


def decline(checkout: Checkout) -> None:
    """Note that a payment failed. The caller commits."""
    if checkout.status == OPEN:
        checkout.status = DECLINED
        publish(PaymentFailed(user_id=checkout.user_id))


def renew(subscription: Subscription, amount: int) -> None:
    """Add the month that was paid. The caller commits."""
    subscription.period_end = add_month(subscription.period_end)
    if subscription.status == ENDED:
        subscription.status = ACTIVE
    _add_invoice(subscription.user_id, amount)


def end(subscription: Subscription) -> None:
    """Put somebody back on the Free plan. The caller commits."""
    if subscription.status != ENDED:
        subscription.status = ENDED
        publish(SubscriptionEnded(user_id=subscription.user_id))


def cancel(user_id: int) -> datetime | None:
    """End the subscription with its period; return when, ``None`` if there is none."""
    # One statement that looks and changes: of two clicks, one finds it active.
    ends_at = session.scalar(
        update(Subscription)
        .where(Subscription.user_id == user_id, Subscription.status == ACTIVE)
        .values(status=CANCELLED)
        .returning(Subscription.period_end)
    )
    if ends_at:
        publish(SubscriptionCancelled(user_id=user_id, ends_on=ends_at.date()))
    session.commit()
    return ends_at


def resume(user_id: int) -> bool:
    """Take a cancellation back; ``False`` if there is none, or the period is over."""
    resumed = session.scalar(
        update(Subscription)
        .where(
            Subscription.user_id == user_id,
            Subscription.status == CANCELLED,
            Subscription.period_end > utcnow(),
        )
        .values(status=ACTIVE)
        .returning(Subscription.id)
    )
    session.commit()
    return resumed is not None


def add_month(moment: datetime) -> datetime:
    """Return the same day of the next month, or that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month, 12)
    month += 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def _locked(checkout: Checkout) -> Subscription:
    """Return the buyer's subscription, locked against other payments; it may be new."""
    if find(checkout.user_id) is None:
        with suppress(IntegrityError), session.begin_nested():  # another was faster
            session.add(
                Subscription(
                    user_id=checkout.user_id,
                    reference=checkout.reference,
                    status=ENDED,
                    period_end=utcnow(),
                )
            )
    # What the request read before may be out of date by now.
    return session.scalars(
        OF_PERSON.with_for_update(),
        {"user_id": checkout.user_id},
        execution_options={"populate_existing": True},
    ).one()


def _add_invoice(user_id: int, amount: int, reference: str | None = None) -> Invoice:
    invoice = Invoice(
        user_id=user_id,
        amount=amount,
        checkout_reference=reference,
        paid_at=utcnow(),
    )
    session.add(invoice)
    session.flush()  # gives the number
    publish(
        InvoicePaid(
            user_id=user_id,
            number=invoice.number,
            amount=amount,
            paid_at=invoice.paid_at,
        )
    )
    return invoice
