"""Somebody who is logged in, and their name and address."""

from collections.abc import Callable
from types import ModuleType

import pytest

from modules.auth.api import Person

READER = 7


@pytest.fixture
def reader(visit_as: Callable[..., int]) -> int:
    """Return the id of somebody who is logged in."""
    return visit_as(READER)


@pytest.fixture
def person(stand_in: Callable[[str], ModuleType]) -> Person:
    """Return the person behind the reader's id."""
    person: Person = stand_in("auth").add(READER, email="ada@example.com")
    return person
