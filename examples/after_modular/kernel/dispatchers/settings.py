"""The settings of the dispatchers."""

from dataclasses import dataclass

from kernel.settings import ModuleSettings, setting


@dataclass(frozen=True, kw_only=True)
class DispatcherSettings(ModuleSettings):
    """The address of Celery's broker, such as ``redis://localhost:6379/1``."""

    CELERY_BROKER_URL: str = setting("", secret=True)
