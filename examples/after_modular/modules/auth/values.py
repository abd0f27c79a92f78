"""The plain values of the published interface."""

from dataclasses import dataclass
from datetime import datetime

ROLES = ("member", "admin")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account, as other modules see them."""

    id: int
    name: str
    email: str
    role: str
    active: bool
    confirmed: bool
    joined_at: datetime

    @property
    def is_admin(self) -> bool:
        """Whether they may use the admin pages."""
        return self.role == "admin"

    @property
    def state(self) -> str:
        """Their state in one word."""
        if not self.active:
            return "deactivated"
        return "active" if self.confirmed else "unconfirmed"
