"""The settings: read from the environment, typed, and refused when they are insecure.

Each field is one environment variable of the same name; README lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from limits import parse_many
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from kernel import settings as environment
from kernel.exceptions import StartupError

CHOICES = {
    "APP_ENV": ("development", "testing", "production"),
    "MAIL_BACKEND": ("console", "file", "smtp", "locmem"),
    "EVENTS_ENGINE": ("inline", "thread", "worker", "celery"),
    "LOG_FORMAT": ("text", "json"),
    "LOG_LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR"),
}
# How an address must start, and an example of one.
ADDRESSES = {
    "REDIS_URL": (("redis://", "rediss://", "unix://"), "redis://host:6379/0"),
    "CELERY_BROKER_URL": (
        ("redis://", "rediss://", "amqp://", "amqps://"),
        "amqp://user:password@host//",
    ),
    "BASE_URL": (("http://", "https://"), "https://example.com/"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (("http://", "https://"), "http://host:4318"),
}
LIMITS = ("LOGIN_LIMIT", "LOGIN_IP_LIMIT", "MAIL_LIMIT", "MAIL_IP_LIMIT")
AT_LEAST_ONE = (
    "DATABASE_POOL_SIZE",
    "DATABASE_TIMEOUT",
    "EVENTS_MAX_ATTEMPTS",
    "EVENTS_BACKOFF",
    "EVENTS_STALE_AFTER",
)
DEVELOPMENT_DATABASE = "sqlite:///app.db"
DEVELOPMENT_KEY = "dev"
DEVELOPMENT_WEBHOOK_SECRET = "whsec_ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQ="
MINIMUM_SECRET_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the app needs to know about where it runs.

    Use :meth:`load`. The uppercase attributes become ``app.config``.
    """

    APP_NAME: str = "Inkwell"
    APP_ENV: str = "development"
    SECRET_KEY: str = field(default=DEVELOPMENT_KEY, repr=False)
    WEBHOOK_SECRET: str = field(default=DEVELOPMENT_WEBHOOK_SECRET, repr=False)
    PAYMENT_SANDBOX: bool = False  # in production; elsewhere it is always on
    DATABASE_URL: str = field(default=DEVELOPMENT_DATABASE, repr=False)
    DATABASE_POOL_SIZE: int = 5
    DATABASE_MAX_OVERFLOW: int = 5
    DATABASE_TIMEOUT: int = 3  # seconds
    STATEMENT_TIMEOUT: int = 10  # seconds
    REDIS_URL: str = field(default="", repr=False)
    BASE_URL: str = ""
    TRUSTED_PROXIES: int = 0
    MODULES: tuple[str, ...] = ()
    REMOTE_MODULES: tuple[str, ...] = ()

    MAIL_BACKEND: str = "console"
    MAIL_FILE_PATH: str = "instance/mail"
    MAIL_SERVER: str = "localhost"
    MAIL_PORT: int = 25
    MAIL_USERNAME: str = ""
    MAIL_PASSWORD: str = field(default="", repr=False)
    MAIL_USE_TLS: bool = False
    MAIL_DEFAULT_SENDER: str = "Inkwell <inkwell@example.com>"

    LOGIN_LIMIT: str = "5 per minute"
    LOGIN_IP_LIMIT: str = "100 per minute"
    MAIL_LIMIT: str = "5 per hour"
    MAIL_IP_LIMIT: str = "30 per hour"

    EVENTS_ENGINE: str = ""
    EVENTS_MAX_ATTEMPTS: int = 12  # the last one after an hour
    EVENTS_BACKOFF: int = 2  # seconds
    EVENTS_STALE_AFTER: int = 60  # seconds
    EVENTS_KEEP_DAYS: int = 7
    CELERY_BROKER_URL: str = field(default="", repr=False)

    METRICS_TOKEN: str = field(default="", repr=False)
    PROMETHEUS_MULTIPROC_DIR: str = ""
    LOG_FORMAT: str = "text"
    LOG_LEVEL: str = "INFO"
    OTEL_EXPORTER_OTLP_ENDPOINT: str = ""
    OTEL_SERVICE_NAME: str = ""

    RATELIMIT_HEADERS_ENABLED: ClassVar[bool] = True  # Retry-After
    MAX_CONTENT_LENGTH: ClassVar[int] = 1024 * 1024
    MAX_FORM_MEMORY_SIZE: ClassVar[int] = 1024 * 1024
    SESSION_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_HTTPONLY: ClassVar[bool] = True
    REMEMBER_COOKIE_DURATION: ClassVar[timedelta] = timedelta(days=31)

    @classmethod
    def load(cls, source: Mapping[str, Any]) -> Settings:
        """Read the settings from ``source``, usually ``os.environ``.

        Raises :class:`~kernel.exceptions.StartupError`, naming the setting and the
        fix, when a value can't be used or is not safe in production.
        """
        given = environment.read(cls, source)
        if "DATABASE_URL" in given:
            given["DATABASE_URL"] = _database_url(given["DATABASE_URL"])
        settings = cls(**given)
        settings._check()
        if settings.APP_ENV == "production":
            settings._check_production(given)
        return settings

    def __post_init__(self) -> None:
        if not self.EVENTS_ENGINE:
            object.__setattr__(self, "EVENTS_ENGINE", self._events_engine())

    @property
    def PRODUCTION(self) -> bool:
        """Whether real people use this process."""
        return self.APP_ENV == "production"

    @property
    def SESSION_COOKIE_SECURE(self) -> bool:
        """Send cookies over HTTPS only, except where there is no HTTPS."""
        return self.PRODUCTION

    REMEMBER_COOKIE_SECURE = SESSION_COOKIE_SECURE

    @property
    def SQLALCHEMY_ENGINES(self) -> dict[str, Any]:
        """The database, in the form Flask-SQLAlchemy-Lite reads."""
        url = make_url(self.DATABASE_URL)
        if url.get_backend_name() == "postgresql":
            return {"default": {"url": url, **self._postgresql()}}
        return {"default": url}

    @property
    def RATELIMIT_STORAGE_URI(self) -> str:
        """Where tries are counted: by all processes together, or by each its own."""
        return self.REDIS_URL or "memory://"

    @property
    def RATELIMIT_STORAGE_OPTIONS(self) -> dict[str, float]:
        """How long a request waits for Redis, in seconds."""
        if not self.REDIS_URL:
            return {}
        return {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}

    @property
    def RATELIMIT_IN_MEMORY_FALLBACK_ENABLED(self) -> bool:
        """Whether each process counts for itself while Redis is down."""
        return bool(self.REDIS_URL)

    @property
    def EVENTS_RAISE(self) -> bool:
        """Whether a failing listener fails the request: never in front of people."""
        return not self.PRODUCTION

    @property
    def QUARANTINE(self) -> bool:
        """Whether the app may run without a module that can't be loaded."""
        return self.PRODUCTION

    def _events_engine(self) -> str:
        if self.CELERY_BROKER_URL:
            return "celery"
        return "thread" if self.PRODUCTION else "inline"

    def _postgresql(self) -> dict[str, Any]:
        milliseconds = self.STATEMENT_TIMEOUT * 1000
        return {
            "pool_size": self.DATABASE_POOL_SIZE,
            "max_overflow": self.DATABASE_MAX_OVERFLOW,
            "pool_timeout": self.DATABASE_TIMEOUT,
            "pool_pre_ping": True,  # a restart of the database fails no request
            "connect_args": {
                "connect_timeout": self.DATABASE_TIMEOUT,
                "tcp_user_timeout": self.DATABASE_TIMEOUT * 1000,
                "options": f"-c statement_timeout={milliseconds}",
            },
        }

    def _check(self) -> None:
        for name, choices in CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                raise StartupError(f"{name} is {value!r}: use one of {_list(choices)}.")
        for name, (starts, example) in ADDRESSES.items():
            if (value := getattr(self, name)) and not value.startswith(starts):
                raise StartupError(
                    f"{name} does not start with one of {_list(starts)}: write it "
                    f"like {example}."
                )
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise StartupError(f"{name} is 0: use 1 or more.")
        if not self.WEBHOOK_SECRET.startswith("whsec_"):
            raise StartupError(
                "WEBHOOK_SECRET does not start with 'whsec_': copy it from the "
                "payment provider as it is."
            )
        try:
            Webhook(self.WEBHOOK_SECRET)
        except (ValueError, EmptyWebhookSecretError):
            raise StartupError(
                "WEBHOOK_SECRET is not base64 text after 'whsec_': copy it from the "
                "payment provider as it is."
            ) from None
        for name in LIMITS:
            try:
                parse_many(getattr(self, name))
            except ValueError:  # Flask-Limiter would log it, and limit nothing
                raise StartupError(
                    f"{name} is {getattr(self, name)!r}: write it like 5 per minute."
                ) from None
        if self.EVENTS_ENGINE == "celery" and not self.CELERY_BROKER_URL:
            raise StartupError(
                "EVENTS_ENGINE is 'celery', and CELERY_BROKER_URL is not set: set it, "
                "or use thread or worker, which need no broker."
            )

    def _check_production(self, given: Mapping[str, Any]) -> None:
        for name in ("SECRET_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "BASE_URL"):
            if name not in given:
                raise StartupError(
                    f"{name} is not set, and APP_ENV is production: set it."
                )
        for name in ("SECRET_KEY", "WEBHOOK_SECRET", "METRICS_TOKEN"):
            if name not in given:
                continue
            secret = getattr(self, name)
            if len(secret) < MINIMUM_SECRET_LENGTH or secret in (
                DEVELOPMENT_KEY,
                DEVELOPMENT_WEBHOOK_SECRET,
            ):
                raise StartupError(
                    f"{name} is too easy to guess for production: set at least "
                    f"{MINIMUM_SECRET_LENGTH} random characters, such as "
                    "python -c 'import secrets; print(secrets.token_hex())'."
                )


def _list(values: tuple[str, ...]) -> str:
    return ", ".join(values)


def _database_url(value: str) -> str:
    """Return the URL with the driver that is installed for it."""
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            value = "postgresql+psycopg://" + value.removeprefix(prefix)
    try:
        make_url(value).get_dialect()
    except (ArgumentError, ValueError):
        raise StartupError(
            "DATABASE_URL is not a database URL: write it like sqlite:///app.db or "
            "postgresql://user:password@host/name."
        ) from None
    return value
