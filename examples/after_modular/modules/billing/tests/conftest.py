"""A buyer with a checkout, and the payment provider."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from modules.billing.checkouts import open_checkout
from modules.billing.models import Checkout

Send = Callable[..., TestResponse]


@pytest.fixture
def buyer(login_as: Callable[..., int]) -> int:
    """Return the id of a member whose browser is ``client``."""
    return login_as(7)


@pytest.fixture
def checkout(app: Flask) -> Iterator[Checkout]:
    """Return an open checkout of the buyer."""
    with app.test_request_context():
        yield open_checkout(7, str(uuid4()))


@pytest.fixture
def send(app: Flask, client: FlaskClient) -> Send:
    """Return a function that sends a message as the payment provider does."""

    def send(kind: str, *, id: str = "", **data: Any) -> TestResponse:
        id = id or uuid4().hex
        now = datetime.now(UTC)
        body = json.dumps({"type": kind, "data": data})
        webhook = Webhook(app.config["WEBHOOK_SECRET"])
        headers = {
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": webhook.sign(id, now, body),
        }
        return client.post("/billing/webhook", data=body, headers=headers)

    return send
