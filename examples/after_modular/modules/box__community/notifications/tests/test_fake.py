"""The fake behaves as the service."""

from types import ModuleType

import pytest
from flask import Flask

from modules.box__community.notifications import fake, inbox, service


@pytest.fixture(params=[service, fake], ids=["service", "fake"])
def notifications(app: Flask, request: pytest.FixtureRequest) -> ModuleType:
    """Return the service or the fake, with two notifications for 7."""
    for _ in range(2):
        if request.param is fake:
            fake.notify(7)
        else:
            inbox.notify(7, "News")
    provider: ModuleType = request.param
    return provider


def test_count_unread(notifications: ModuleType) -> None:
    assert notifications.count_unread(7) == 2
    assert notifications.count_unread(8) == 0
