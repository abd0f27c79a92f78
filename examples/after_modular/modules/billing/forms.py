"""The forms of billing."""

from web.forms import Form, IdempotencyKeyMixin


class SubscribeForm(IdempotencyKeyMixin, Form):
    """Start to pay for Pro."""
