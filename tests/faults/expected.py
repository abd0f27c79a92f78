"""What must be in the database in the end, whatever was killed."""

from __future__ import annotations

from typing import Any

from .crash import NOTHING_HAPPENED, STEPS

LISTENERS = ("write_down", "write_in_order")
CUSTOMERS = 20


def once_each(orders: list[int]) -> list[list[Any]]:
    """Return the entries of both listeners for these orders, sorted."""
    return sorted([listener, order] for listener in LISTENERS for order in orders)


def is_right(step: str, outcome: dict[str, Any]) -> bool:
    """Tell whether a step came out as promised: all of an order, or nothing."""
    if "error" in outcome:
        return False
    orders = [] if step in NOTHING_HAPPENED else [1]
    return (
        outcome["orders"] == orders
        and sorted(outcome["entries"]) == once_each(orders)
        and set(outcome["states"]) <= {"COMPLETED"}
    )


def wrong(outcomes: dict[str, dict[str, Any]]) -> set[str]:
    """Return the steps that did not come out as promised."""
    return {name for name in STEPS if not is_right(name, outcomes[name])}
