"""Killed at any step, an event has its effect once, or was never published."""

from __future__ import annotations

from typing import Any

import pytest

from .expected import EVERYTHING, is_right


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_outcome_is_as_expected(
    name: str, outcomes: dict[str, dict[str, Any]]
) -> None:
    assert is_right(name, outcomes[name]), outcomes[name]
