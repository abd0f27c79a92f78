"""The settings: read from the environment, typed, and refused when they are insecure.

Each field is one environment variable of the same name; README lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.exceptions import StartupError

ENVIRONMENTS = ("development", "testing", "production")
DEVELOPMENT_KEY = "dev"
DEVELOPMENT_WEBHOOK_SECRET = "whsec_ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQ="
MINIMUM_SECRET_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the app needs to know about where it runs.

    Use :meth:`load`. The uppercase attributes become ``app.config``.
    """

    APP_ENV: str = "development"
    SECRET_KEY: str = field(default=DEVELOPMENT_KEY, repr=False)
    WEBHOOK_SECRET: str = field(default=DEVELOPMENT_WEBHOOK_SECRET, repr=False)
    DATABASE_URL: str = field(default="sqlite:///app.db", repr=False)
    BASE_URL: str = ""
    MODULES: tuple[str, ...] = ()

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

    RATELIMIT_STORAGE_URI: ClassVar[str] = "memory://"
    RATELIMIT_HEADERS_ENABLED: ClassVar[bool] = True  # Retry-After
    MAX_CONTENT_LENGTH: ClassVar[int] = 1_000_000
    MAX_FORM_MEMORY_SIZE: ClassVar[int] = 1_000_000
    SESSION_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_SAMESITE: ClassVar[str] = "Lax"
    REMEMBER_COOKIE_HTTPONLY: ClassVar[bool] = True
    REMEMBER_COOKIE_DURATION: ClassVar[timedelta] = timedelta(days=31)

    @classmethod
    def load(cls, source: Mapping[str, Any]) -> Settings:
        """Read the settings from ``source``, usually ``os.environ``.

        Raises :class:`~core.exceptions.StartupError`, naming the setting and the
        fix, when a value can't be used or is not safe in production.
        """
        given = {
            f.name: _convert(f.name, source[f.name], type(f.default))
            for f in fields(cls)
            if source.get(f.name, "") != ""
        }
        settings = cls(**given)
        settings._check()
        if settings.APP_ENV == "production":
            settings._check_production(given)
        return settings

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
        return {"default": make_url(self.DATABASE_URL)}

    @property
    def EVENTS_RAISE(self) -> bool:
        """Whether a failing listener fails the request: never in front of people."""
        return not self.PRODUCTION

    @property
    def QUARANTINE(self) -> bool:
        """Whether the app may run without a module that can't be loaded."""
        return self.PRODUCTION

    def _check(self) -> None:
        if self.APP_ENV not in ENVIRONMENTS:
            raise StartupError(
                f"APP_ENV is {self.APP_ENV!r}: use one of {', '.join(ENVIRONMENTS)}."
            )
        if self.MAIL_BACKEND not in (backends := ("console", "file", "smtp", "locmem")):
            raise StartupError(
                f"MAIL_BACKEND is {self.MAIL_BACKEND!r}: use one of "
                f"{', '.join(backends)}."
            )
        if not self.WEBHOOK_SECRET.startswith("whsec_"):
            raise StartupError(
                "WEBHOOK_SECRET does not start with 'whsec_': copy it from the "
                "payment provider as it is."
            )

    def _check_production(self, given: Mapping[str, Any]) -> None:
        for name in ("SECRET_KEY", "WEBHOOK_SECRET", "DATABASE_URL"):
            if name not in given:
                raise StartupError(
                    f"{name} is not set, and APP_ENV is production: set it."
                )
        for name in ("SECRET_KEY", "WEBHOOK_SECRET"):
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


def _convert(name: str, value: Any, kind: type) -> Any:
    """Turn the text of an environment variable into the type of its setting."""
    if name == "DATABASE_URL":
        return _database_url(value)
    if not isinstance(value, str):
        return value
    if kind is int:
        if not value.isdecimal():
            raise StartupError(f"{name} is {value!r}: use a whole number.")
        return int(value)
    if kind is bool:
        if value.lower() not in (
            known := {
                "1": True,
                "true": True,
                "yes": True,
                "0": False,
                "false": False,
                "no": False,
            }
        ):
            raise StartupError(f"{name} is {value!r}: use 1 or 0.")
        return known[value.lower()]
    if kind is tuple:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


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
