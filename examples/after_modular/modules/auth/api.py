"""What auth offers to other modules: users and roles. ``service.py`` implements it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kernel import published
from web.pagination import Page

ROLES = ("member", "admin")


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user account, as other modules see it."""

    id: int
    name: str
    email: str
    role: str
    active: bool
    confirmed: bool
    joined_at: datetime

    @property
    def is_admin(self) -> bool:
        """Whether the user may open the admin pages."""
        return self.role == "admin"

    @property
    def state(self) -> str:
        """``"active"``, ``"unconfirmed"`` or ``"deactivated"``."""
        if not self.active:
            return "deactivated"
        return "active" if self.confirmed else "unconfirmed"


@published
def find(user_id: int) -> Account | None:
    """Return the account, or ``None`` if it was deleted."""


@published
def find_by_session(session_id: str) -> Account | None:
    """Return the account of a login session, or ``None`` if the session has ended."""


@published
def find_ids(emails: Iterable[str]) -> dict[str, int]:
    """Return the ids of the accounts with these normalized addresses, by address."""


@published
def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the accounts with these ids, by id."""


@published
def list_accounts(query: str = "", *, size: int = 50) -> Page[Account]:
    """Return the page of accounts that the request asks for, newest first.

    :param query: the start of the email address or the name, in any case; all
        accounts if empty.
    :param size: the number of accounts per page.
    """


@published
def deactivate(user_id: int) -> bool:
    """Disable login for a user and end their sessions; ``False`` for the only admin."""


@published
def activate(user_id: int) -> None:
    """Enable login for a user again."""


@published
def set_role(user_id: int, role: str) -> bool:
    """Give a user one of the ``ROLES``; ``False`` to keep the only admin."""


@published
def count_accounts() -> int:
    """Return the number of accounts."""


@published
def count_members() -> int:
    """Return the number of users who have confirmed their address."""


@published
def count_admins() -> int:
    """Return the number of admins."""


@published
def signups_by_day(since: date) -> dict[date, int]:
    """Return the number of new members per day (UTC) from ``since`` on.

    Days without one are left out.
    """


@published(local=True)
def register_url() -> str:
    """Return the path of the sign-up page."""
