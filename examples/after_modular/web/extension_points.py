"""All extension points: where a module adds to what others show or do.

A module contributes by a file that is named after the point and has its functions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kernel import ExtensionPoint

from .data_view import DataView
from .demo import Person


class PersonalData(Protocol):
    """What a module adds to the file in which users download their data."""

    def export(self, user_id: int) -> Mapping[str, object]:
        """Return all that the module stores about a user, as plain values."""


class AccountFacts(Protocol):
    """What a module shows on the account page."""

    def facts(self, user_id: int) -> Mapping[str, str]:
        """Return values by their labels."""


class AdminViews(Protocol):
    """The tables that a module shows in the admin panel."""

    def views(self) -> Sequence[DataView]:
        """Return the views."""


class DemoData(Protocol):
    """What a module adds when ``flask demo`` fills the database."""

    def load(self, chunks: Iterable[list[Person]]) -> None:
        """Add demo data for the people; repeating it adds nothing."""


PERSONAL_DATA = ExtensionPoint("personal_data", PersonalData)
ACCOUNT_FACTS = ExtensionPoint("account_facts", AccountFacts)
ADMIN_VIEWS = ExtensionPoint("admin", AdminViews)
DEMO_DATA = ExtensionPoint("demo", DemoData)

EXTENSION_POINTS = (PERSONAL_DATA, ACCOUNT_FACTS, ADMIN_VIEWS, DEMO_DATA)
