"""What happens to accounts."""

from dataclasses import dataclass, field
from datetime import datetime

from kernel import Event, utcnow


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """A user signed up; the email address is not confirmed yet."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class AddressRegisteredAgain(Event):
    """A sign-up used the email address of this existing account."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationRequested(Event):
    """A user requested the link that confirms the email address."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """A user requested the link to set a new password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A user changed or reset the password."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserConfirmed(Event):
    """A user confirmed the email address and is a member now."""

    user_id: int
    name: str
    email: str
    confirmed_at: datetime = field(default_factory=utcnow)


@dataclass(frozen=True, kw_only=True)
class UserRenamed(Event):
    """A user changed their name."""

    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """An admin deactivated a user."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserDeleted(Event):
    """A user deleted their account: delete their data.

    ``confirmed_at`` is ``None`` if the user never became a member.
    """

    user_id: int
    confirmed_at: datetime | None = None
