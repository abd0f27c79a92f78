"""The stand-in does what the api does."""

from types import ModuleType

import pytest
from flask import Flask

from kernel.testing import differences
from modules.box__community.notifications import api, inbox, stand_in


@pytest.fixture(params=[api, stand_in], ids=["api", "stand-in"])
def notifications(app: Flask, request: pytest.FixtureRequest) -> ModuleType:
    """Return the one or the other, with two notifications for 7."""
    for _ in range(2):
        if request.param is stand_in:
            stand_in.notify(7)
        else:
            inbox.notify(7, "News")
    return request.param


def test_the_interface_is_the_same() -> None:
    assert differences(api, stand_in) == []


def test_unread_ones_are_counted(notifications: ModuleType) -> None:
    assert notifications.count_unread(7) == 2
    assert notifications.count_unread(8) == 0
