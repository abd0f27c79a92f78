"""What the outbox stores of an event until its listeners have processed it."""

import sqlalchemy as sa
from flask import Flask

from kernel import Event
from kernel.outbox.models import Delivery, session
from modules.auth import accounts
from modules.auth.events import PasswordResetRequested

EMAIL = "ada@example.com"


def stored(app: Flask, event: type[Event]) -> str:
    """Return all columns of the deliveries of an event."""
    with app.app_context():
        table = Delivery.__table__
        chosen = sa.select(table).where(table.c.event == event.event_name())
        return str(session.execute(chosen).all())


def test_a_password_reset_stores_no_secret(app: Flask) -> None:
    user = accounts.register("Ada", EMAIL, "a quiet long password")
    assert user is not None
    accounts.confirm(user)
    accounts.request_reset(user)
    kept = stored(app, PasswordResetRequested)
    assert "PasswordResetRequested" in kept
    assert EMAIL not in kept
    assert user.security_stamp not in kept
