"""What happens to accounts."""

from dataclasses import dataclass, field
from datetime import datetime

from kernel import Event, utcnow


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """Somebody opened an account; the address may not be theirs yet."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class AddressRegisteredAgain(Event):
    """Somebody tried to open an account with the address of this person."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationRequested(Event):
    """Somebody wants the link that proves that the address is theirs."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """Somebody wants the link to choose a new password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserConfirmed(Event):
    """Somebody proved that the address is theirs: they are a member now."""

    user_id: int
    name: str
    email: str
    confirmed_at: datetime = field(default_factory=utcnow)


@dataclass(frozen=True, kw_only=True)
class UserRenamed(Event):
    """Somebody goes by another name."""

    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """An admin locked somebody out."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserDeleted(Event):
    """Somebody deleted their account: forget what is known about them.

    ``confirmed_at`` is ``None`` for those who never became members.
    """

    user_id: int
    confirmed_at: datetime | None = None
