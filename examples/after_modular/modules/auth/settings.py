"""The settings of accounts."""

from dataclasses import dataclass

from limits import parse_many

from kernel import ModuleSettings, StartupError


@dataclass(frozen=True, kw_only=True)
class Settings(ModuleSettings):
    """How many attempts are allowed, such as ``"5 per minute"``."""

    LOGIN_LIMIT: str = "5 per minute"
    LOGIN_IP_LIMIT: str = "100 per minute"
    MAIL_LIMIT: str = "5 per hour"
    MAIL_IP_LIMIT: str = "30 per hour"

    def check(self) -> None:
        """Refuse a limit that can't be read: it would not limit anything."""
        for name, value in vars(self).items():
            try:
                parse_many(value)
            except ValueError:
                raise StartupError(
                    f"{name} is {value!r}: write it like '5 per minute'.",
                    error="invalid-rate-limit",
                ) from None
