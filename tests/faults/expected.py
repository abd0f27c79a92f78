"""What must be in the database in the end, whatever was killed."""

from __future__ import annotations

from typing import Any

from .crash import DAWDLING, DEADLY, NOTHING_HAPPENED, STEPS, TOGETHER

LISTENERS = ("write_down", "write_in_order")
CUSTOMERS = 20

Outcome = dict[str, Any]


def is_right(name: str, outcome: Outcome) -> bool:
    """Tell whether it came out as promised."""
    if "error" in outcome:
        return False
    if name == TOGETHER:
        return _has(outcome, range(1, 41)) and _is_in_order(outcome)
    if name == DEADLY:
        return _is_given_up_alone(outcome)
    if name == DAWDLING:
        return _has(outcome, [1])
    return _has(outcome, [] if name in NOTHING_HAPPENED else [1])


def wrong(outcomes: dict[str, Outcome]) -> set[str]:
    """Return what did not come out as promised."""
    return {name for name, outcome in outcomes.items() if not is_right(name, outcome)}


def _has(outcome: Outcome, orders: Any) -> bool:
    """Tell whether these orders are there, with one entry of each listener."""
    entries = [[listener, order] for listener in LISTENERS for order in orders]
    return (
        outcome["orders"] == list(orders)
        and sorted(outcome["entries"]) == sorted(entries)
        and set(outcome["states"]) <= {"COMPLETED"}
    )


def _is_in_order(outcome: Outcome) -> bool:
    numbers = [
        order for listener, order in outcome["entries"] if listener == "write_in_order"
    ]
    return all(
        ones_own == sorted(ones_own)
        for customer in range(CUSTOMERS)
        if (
            ones_own := [number for number in numbers if number % CUSTOMERS == customer]
        )
    )


def _is_given_up_alone(outcome: Outcome) -> bool:
    entries = [[listener, order] for listener in LISTENERS for order in range(1, 11)]
    entries.remove(["write_down", 1])
    return sorted(outcome["entries"]) == sorted(entries) and outcome["states"] == {
        "COMPLETED": 19,
        "FAILED": 1,
    }


EVERYTHING = (*STEPS, TOGETHER, DEADLY, DAWDLING)
