"""The settings of the dispatchers."""

from dataclasses import dataclass

from kernel.exceptions import StartupError
from kernel.settings import ModuleSettings, setting

SCHEMES = ("redis://", "rediss://", "amqp://", "amqps://", "memory://")


@dataclass(frozen=True, kw_only=True)
class DispatcherSettings(ModuleSettings):
    """The address of Celery's broker, such as ``redis://localhost:6379/1``."""

    CELERY_BROKER_URL: str = setting("", secret=True)

    def check(self) -> None:
        """Refuse an address that can't be one of a broker."""
        if self.CELERY_BROKER_URL and not self.CELERY_BROKER_URL.startswith(SCHEMES):
            raise StartupError(
                f"CELERY_BROKER_URL does not start with one of {', '.join(SCHEMES)}: "
                "write it like amqp://user:password@host//.",
                error="invalid-url-setting",
            )
