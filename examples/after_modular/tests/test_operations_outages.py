"""While the database is away, one request tries it now and then for all others."""

from types import SimpleNamespace

import pytest
from kernel.operations.outages import Connector

from kernel.operations import outages


class Away(Exception):
    """What the driver raises."""


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


class Driver:
    """A database driver whose server can be away."""

    loaded_dbapi = SimpleNamespace(Error=Away, OperationalError=Away)

    def __init__(self) -> None:
        self.away = True
        self.attempts = 0

    def connect(self) -> str:
        """Connect, or raise."""
        self.attempts += 1
        if self.away:
            raise Away("refused")
        return "connection"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that outages are measured with."""
    clock = Clock()
    monkeypatch.setattr(outages, "time", clock)
    return clock


def test_an_attempt_that_fails_stands_for_the_next_ones(clock: Clock) -> None:
    driver, connect = Driver(), Connector(3)
    for _ in range(5):
        with pytest.raises(Away):
            connect(driver, None, (), {})
    assert driver.attempts == 1
    clock.now += outages.PAUSE
    with pytest.raises(Away):
        connect(driver, None, (), {})
    assert driver.attempts == 2


def test_it_recovers_by_itself(clock: Clock) -> None:
    driver, connect = Driver(), Connector(3)
    with pytest.raises(Away):
        connect(driver, None, (), {})
    driver.away = False
    clock.now += outages.PAUSE
    assert [connect(driver, None, (), {}) for _ in range(3)] == ["connection"] * 3


def test_while_one_tries_the_others_do_not_wait(clock: Clock) -> None:
    driver, connect = Driver(), Connector(3)
    with pytest.raises(Away):
        connect(driver, None, (), {})
    clock.now += outages.PAUSE

    def others_ask() -> None:
        driver.attempts += 1
        with pytest.raises(Away, match="no new attempt"):
            connect(Driver(), None, (), {})
        raise Away("timed out")

    driver.connect = others_ask  # type: ignore[method-assign]
    with pytest.raises(Away, match="timed out"):
        connect(driver, None, (), {})
