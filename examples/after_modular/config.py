"""The settings of the app as a whole; those of a module or a layer stand with it.

Each field is one environment variable of the same name. The README lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kernel import ModuleSettings, StartupError, setting
from kernel.settings import read

REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, kw_only=True)
class Settings(ModuleSettings):
    """What the app needs to know about where it runs.

    Use :meth:`load`. The uppercase attributes become ``app.config``.
    """

    APP_NAME: str = "Inkwell"
    APP_ENV: str = setting(
        "development", choices=("development", "testing", "production")
    )
    SECRET_KEY: str = setting("dev", strong=True, required_in_production=True)
    SECRET_KEY_FALLBACKS: tuple[str, ...] = setting((), secret=True)
    SECURITY_CONTACT: str = ""
    DATABASE_URL: str = setting(
        "sqlite:///app.db",
        secret=True,
        required_in_production=True,
    )
    DATABASE_POOL_SIZE: int = setting(5, minimum=1)
    DATABASE_MAX_OVERFLOW: int = 5
    DATABASE_TIMEOUT: int = setting(3, minimum=1)  # seconds
    STATEMENT_TIMEOUT: int = 10  # seconds
    REDIS_URL: str = setting("", secret=True)
    BASE_URL: str = setting("", required_in_production=True)
    TRUSTED_PROXIES: int = 0
    MODULES: tuple[str, ...] = ()
    PUBLIC_PAGE_SECONDS: int = setting(0, minimum=0)

    MAIL_BACKEND: str = setting(
        "console", choices=("console", "file", "smtp", "locmem")
    )
    MAIL_FILE_PATH: str = "instance/mail"
    MAIL_SERVER: str = "localhost"
    MAIL_PORT: int = 25
    MAIL_USERNAME: str = ""
    MAIL_PASSWORD: str = setting("", secret=True)
    MAIL_USE_TLS: bool = False
    MAIL_DEFAULT_SENDER: str = "Inkwell <inkwell@example.com>"

    RATELIMIT_HEADERS_ENABLED: ClassVar[bool] = True  # Retry-After
    MAX_CONTENT_LENGTH: ClassVar[int] = 1024 * 1024
    MAX_FORM_MEMORY_SIZE: ClassVar[int] = 1024 * 1024
    SESSION_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_HTTPONLY: ClassVar[bool] = True
    REMEMBER_COOKIE_DURATION: ClassVar[timedelta] = timedelta(days=31)

    @classmethod
    def load(cls, environment: Mapping[str, Any]) -> Settings:
        """Read the settings from ``environment``, usually ``os.environ``.

        :raises StartupError: naming the setting and the fix, for a value that can't be
            used or is not safe in production.
        """
        given = dict(environment)
        if url := given.get("DATABASE_URL"):
            given["DATABASE_URL"] = _database_url(url)
        production = given.get("APP_ENV") == "production"
        return read(cls, given, production=production)

    def check(self) -> None:
        """Refuse addresses that can't be used."""
        for name, schemes, example in (
            ("REDIS_URL", REDIS_SCHEMES, "redis://host:6379/0"),
            ("BASE_URL", ("http://", "https://"), "https://example.com/"),
        ):
            if (value := getattr(self, name)) and not value.startswith(schemes):
                raise StartupError(
                    f"{name} does not start with one of {', '.join(schemes)}: write it "
                    f"like {example}.",
                    error="invalid-url-setting",
                )

    @property
    def PRODUCTION(self) -> bool:
        """Whether this process serves real users."""
        return self.APP_ENV == "production"

    @property
    def SECRET_KEY_IS_PUBLISHED(self) -> bool:
        """Whether anyone can forge sessions, because the key is published."""
        return self.APP_ENV == "development" and self.SECRET_KEY == "dev"

    @property
    def SESSION_COOKIE_SECURE(self) -> bool:
        """Send cookies over HTTPS only; development has no HTTPS."""
        return self.PRODUCTION

    REMEMBER_COOKIE_SECURE = SESSION_COOKIE_SECURE

    @property
    def SQLALCHEMY_ENGINES(self) -> dict[str, Any]:
        """The database, in the form that Flask-SQLAlchemy-Lite reads."""
        url = make_url(self.DATABASE_URL)
        if url.get_backend_name() == "postgresql":
            return {"default": {"url": url, **self._postgresql()}}
        return {"default": url}

    @property
    def RATELIMIT_STORAGE_URI(self) -> str:
        """Where attempts are counted: in Redis for all processes, or in each one."""
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
        """Whether a failed listener fails the request; never in production."""
        return not self.PRODUCTION

    @property
    def QUARANTINE(self) -> bool:
        """Whether the app starts without a module that fails to load."""
        return self.PRODUCTION

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
            "postgresql://user:password@host/name.",
            error="invalid-database-url",
        ) from None
    return value
