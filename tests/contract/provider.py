"""The payment provider, which sends webhooks; the members who have paid it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from .browser import Browser, Page
from .people import People, Person
from .targets import InProcess, Live


class Provider(Browser):
    """Posts to /billing/webhook as Standard Webhooks describes."""

    def __init__(self, client: httpx.Client, secret: str) -> None:
        super().__init__(client)
        self.secret = secret

    def event(self, kind: str, /, *, id: str | None = None, **data: Any) -> Page:
        """Send an event, such as `checkout.paid`, correctly signed."""
        return self.body(json.dumps({"type": kind, "data": data}), id=id)

    def body(self, body: str, *, id: str | None = None, **headers: str) -> Page:
        """Send any body, correctly signed; `headers` replace the right ones."""
        return self.deliver(body, self.sign(body, id=id) | headers)

    def sign(
        self,
        body: str,
        *,
        id: str | None = None,
        late: timedelta = timedelta(),
        secret: str | None = None,
    ) -> dict[str, str]:
        """Return the three headers for a body sent `late` ago."""
        id = id or f"msg_{uuid4().hex}"
        sent = datetime.now(UTC) - late
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(sent.timestamp())),
            "webhook-signature": Webhook(secret or self.secret).sign(id, sent, body),
        }

    def deliver(self, body: str | bytes, headers: dict[str, str]) -> Page:
        """Send a body with exactly these headers."""
        headers = {"content-type": "application/json"} | headers
        return self.post("/billing/webhook", content=body, headers=headers)


@pytest.fixture
def provider(site: Live | InProcess) -> Iterator[Provider]:
    """The payment provider."""
    provider = Provider(site.client(), site.webhook_secret)
    yield provider
    provider.close()


@pytest.fixture
def pro(people: People) -> Person:
    """A new member who is logged in, on the Pro plan."""
    return people.pro()
