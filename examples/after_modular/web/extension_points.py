"""All extension points: where modules contribute to a page or command of another.

A module contributes with a file that is named after the extension point, such as
``personal_data.py``, and contains the functions of its protocol.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kernel import ExtensionPoint

from .data_view import DataView
from .demo import DemoUser


class PersonalData(Protocol):
    """A module's part of the personal data that a user can download."""

    def export(self, user_id: int) -> Mapping[str, object]:
        """Return all data that the module stores about a user, ready for JSON."""


class AccountFacts(Protocol):
    """Facts that a module shows on the account page."""

    def facts(self, user_id: int) -> Mapping[str, str]:
        """Return the facts of a user: the value of each label."""


class MenuBadges(Protocol):
    """Numbers that a module shows beside its menu entries."""

    def badges(self, user_id: int) -> Mapping[str, int]:
        """Return the numbers by endpoint; it is called for every page of a user."""


class AdminViews(Protocol):
    """Tables that a module shows in the admin panel."""

    def views(self) -> Sequence[DataView]:
        """Return the views of the module's tables."""


class DemoData(Protocol):
    """Demo data that a module adds for ``flask demo``."""

    def load(self, chunks: Iterable[list[DemoUser]]) -> None:
        """Add demo data for the users; a second call adds nothing."""


PERSONAL_DATA = ExtensionPoint("personal_data", PersonalData)
ACCOUNT_FACTS = ExtensionPoint("account_facts", AccountFacts)
MENU_BADGES = ExtensionPoint("menu_badges", MenuBadges)
ADMIN_VIEWS = ExtensionPoint("admin", AdminViews)
DEMO_DATA = ExtensionPoint("demo", DemoData)

EXTENSION_POINTS = (
    PERSONAL_DATA,
    ACCOUNT_FACTS,
    MENU_BADGES,
    ADMIN_VIEWS,
    DEMO_DATA,
)
