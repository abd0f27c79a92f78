"""The content of the database that is expected in the end."""

from __future__ import annotations

from typing import Any

from .crash import CONCURRENT, DEADLY, NOT_PUBLISHED, SLOW, STEPS

LISTENERS = ("record", "record_in_order")
CUSTOMERS = 20

Outcome = dict[str, Any]


def is_right(name: str, outcome: Outcome) -> bool:
    """Return whether the outcome is as expected."""
    if "error" in outcome:
        return False
    if name == CONCURRENT:
        return _has(outcome, range(1, 41)) and _is_in_order(outcome)
    if name == DEADLY:
        return _is_the_only_failed_one(outcome)
    if name == SLOW:
        return _has(outcome, [1])
    return _has(outcome, [] if name in NOT_PUBLISHED else [1])


def wrong(outcomes: dict[str, Outcome]) -> set[str]:
    """Return the steps whose outcome is not as expected."""
    return {name for name, outcome in outcomes.items() if not is_right(name, outcome)}


def _has(outcome: Outcome, orders: Any) -> bool:
    """Return whether there are these orders, with one entry of each listener."""
    entries = [[listener, order] for listener in LISTENERS for order in orders]
    return (
        outcome["orders"] == list(orders)
        and sorted(outcome["entries"]) == sorted(entries)
        and set(outcome["states"]) <= {"COMPLETED"}
    )


def _is_in_order(outcome: Outcome) -> bool:
    by_customer: dict[int, list[int]] = {}
    for listener, order in outcome["entries"]:
        if listener == "record_in_order":
            by_customer.setdefault(order % CUSTOMERS, []).append(order)
    return all(orders == sorted(orders) for orders in by_customer.values())


def _is_the_only_failed_one(outcome: Outcome) -> bool:
    entries = [[listener, order] for listener in LISTENERS for order in range(1, 11)]
    entries.remove(["record", 1])
    return sorted(outcome["entries"]) == sorted(entries) and outcome["states"] == {
        "COMPLETED": 19,
        "FAILED": 1,
    }


EVERYTHING = (*STEPS, CONCURRENT, DEADLY, SLOW)
