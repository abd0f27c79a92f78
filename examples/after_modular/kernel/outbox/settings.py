"""The settings of the outbox."""

from dataclasses import dataclass

from kernel.settings import ModuleSettings, setting


@dataclass(frozen=True, kw_only=True)
class OutboxSettings(ModuleSettings):
    """How events are delivered, how often they are retried, how long they are kept."""

    EVENTS_ENGINE: str = ""  # by default celery with a broker, else thread or inline
    EVENTS_MAX_ATTEMPTS: int = setting(12, minimum=1)
    EVENTS_BACKOFF: int = 2  # seconds before the first retry; doubles each time
    EVENTS_STALE_AFTER: int = setting(60, minimum=1)  # seconds until a claim times out
    EVENTS_KEEP_DAYS: int = 7  # days after which completed deliveries are removed
