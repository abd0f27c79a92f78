"""The forms of billing."""

from flask_wtf import FlaskForm

from web.forms import IdempotencyKeyMixin


class SubscribeForm(IdempotencyKeyMixin, FlaskForm):
    """Start to pay for Pro."""
