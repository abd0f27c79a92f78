"""Killed at any step, an event has its effect once, or was never published."""

from __future__ import annotations

from typing import Any

import pytest

from .crash import STEPS
from .expected import CUSTOMERS, is_right, once_each

Outcomes = dict[str, dict[str, Any]]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(step: str, outcomes: Outcomes) -> None:
    assert is_right(step, outcomes[step]), outcomes[step]


def test_four_processes_deliver_each_event_once_and_in_order(
    outcomes: Outcomes,
) -> None:
    entries = outcomes["four at once"]["entries"]
    assert sorted(entries) == once_each(list(range(1, 41)))
    in_order = [order for listener, order in entries if listener == "write_in_order"]
    for customer in range(CUSTOMERS):
        ones_own = [order for order in in_order if order % CUSTOMERS == customer]
        assert ones_own == sorted(ones_own)


def test_what_kills_its_process_is_given_up_alone(outcomes: Outcomes) -> None:
    outcome = outcomes["a listener that kills its process"]
    expected = once_each(list(range(1, 11)))
    expected.remove(["write_down", 1])
    assert sorted(outcome["entries"]) == expected
    assert outcome["states"] == {"COMPLETED": 19, "FAILED": 1}


def test_who_takes_too_long_is_not_counted(outcomes: Outcomes) -> None:
    outcome = outcomes["a listener that takes too long"]
    assert sorted(outcome["entries"]) == once_each([1])
