"""Settings are read, typed, and refused when they are wrong or insecure."""

import pytest

from config import DEVELOPMENT_KEY, Settings
from kernel.exceptions import StartupError

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "WEBHOOK_SECRET": "whsec_" + "d" * 32,
    "DATABASE_URL": "postgresql://app@db.example.com/app",
    "BASE_URL": "https://inkwell.example",
}


def test_development_needs_nothing() -> None:
    settings = Settings.load({})
    assert settings.SECRET_KEY == DEVELOPMENT_KEY
    assert not settings.PRODUCTION
    assert not settings.SESSION_COOKIE_SECURE


def test_text_becomes_the_type_of_the_setting() -> None:
    settings = Settings.load(
        {"MAIL_PORT": "2525", "MAIL_USE_TLS": "true", "MODULES": "auth, blog,"}
    )
    assert settings.MAIL_PORT == 2525
    assert settings.MAIL_USE_TLS is True
    assert settings.MODULES == ("auth", "blog")


def test_empty_variable_means_the_default() -> None:
    assert Settings.load({"MAIL_PORT": ""}).MAIL_PORT == 25


def test_production_is_secure() -> None:
    settings = Settings.load(PRODUCTION)
    assert settings.SESSION_COOKIE_SECURE
    assert settings.REMEMBER_COOKIE_SECURE
    assert not settings.EVENTS_RAISE


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_gets_its_driver(scheme: str) -> None:
    settings = Settings.load({"DATABASE_URL": f"{scheme}://host/name"})
    assert settings.DATABASE_URL == "postgresql+psycopg://host/name"


def test_secrets_stay_out_of_the_repr() -> None:
    addresses = {
        "REDIS_URL": "redis://:hunter22@cache",
        "CELERY_BROKER_URL": "amqp://app:hunter22@broker",
        "METRICS_TOKEN": "hunter22" * 4,
    }
    settings = Settings.load({**PRODUCTION, "MAIL_PASSWORD": "hunter22", **addresses})
    shown = repr(settings)
    assert "hunter22" not in shown
    assert PRODUCTION["SECRET_KEY"] not in shown


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("APP_ENV", "prod", "use one of development, testing, production"),
        ("MAIL_BACKEND", "pigeon", "use one of console, file, smtp, locmem"),
        ("MAIL_PORT", "smtp", "use a whole number"),
        ("MAIL_USE_TLS", "maybe", "use 1 or 0"),
        ("DATABASE_URL", "app.db", "write it like sqlite:///app.db"),
        ("DATABASE_URL", "nosuchdb://x", "write it like sqlite:///app.db"),
        ("WEBHOOK_SECRET", "secret", "does not start with 'whsec_'"),
        ("WEBHOOK_SECRET", "whsec_" + "!" * 41, "is not base64"),
        ("LOGIN_LIMIT", "5 per minut", "write it like 5 per minute"),
        ("LOGIN_IP_LIMIT", "often", "write it like 5 per minute"),
        ("MAIL_LIMIT", "5", "write it like 5 per minute"),
        ("MAIL_IP_LIMIT", "x per hour", "write it like 5 per minute"),
        ("DATABASE_POOL_SIZE", "-1", "use a whole number"),
        ("DATABASE_POOL_SIZE", "0", "use 1 or more"),
        ("REDIS_URL", "host:6379", "write it like redis://host:6379/0"),
        ("CELERY_BROKER_URL", "rabbit", "write it like amqp://"),
        ("EVENTS_ENGINE", "kafka", "use one of inline, thread, worker, celery"),
        ("EVENTS_ENGINE", "celery", "CELERY_BROKER_URL is not set"),
        ("LOG_FORMAT", "xml", "use one of text, json"),
        ("LOG_LEVEL", "loud", "use one of DEBUG, INFO, WARNING, ERROR"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "host:4318", "write it like http://host:4318"),
        ("BASE_URL", "example.com", "write it like https://example.com/"),
        ("TRUSTED_PROXIES", "all", "use a whole number"),
    ],
)
def test_wrong_value_is_named(name: str, value: str, part: str) -> None:
    with pytest.raises(StartupError) as caught:
        Settings.load({name: value})
    assert str(caught.value).startswith(name)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "BASE_URL"]
)
def test_production_refuses_a_missing_setting(name: str) -> None:
    with pytest.raises(StartupError, match=f"^{name} is not set"):
        Settings.load({**PRODUCTION, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_production_refuses_a_weak_secret(name: str, value: str) -> None:
    with pytest.raises(StartupError, match=f"^{name} is too easy to guess"):
        Settings.load({**PRODUCTION, name: value})


@pytest.mark.parametrize(
    ("given", "engine"),
    [
        ({}, "inline"),
        ({"APP_ENV": "testing"}, "inline"),
        (PRODUCTION, "thread"),
        ({"CELERY_BROKER_URL": "amqp://broker"}, "celery"),
        ({**PRODUCTION, "CELERY_BROKER_URL": "amqp://broker"}, "celery"),
        ({"CELERY_BROKER_URL": "amqp://broker", "EVENTS_ENGINE": "worker"}, "worker"),
    ],
)
def test_events_are_delivered_by_what_is_there(
    given: dict[str, str], engine: str
) -> None:
    assert engine == Settings.load(given).EVENTS_ENGINE


def test_postgresql_is_not_waited_for() -> None:
    engine = Settings.load(
        {**PRODUCTION, "DATABASE_TIMEOUT": "2", "STATEMENT_TIMEOUT": "7"}
    ).SQLALCHEMY_ENGINES["default"]
    assert (engine["pool_size"], engine["max_overflow"]) == (5, 5)
    assert engine["pool_timeout"] == engine["connect_args"]["connect_timeout"] == 2
    assert engine["connect_args"]["options"] == "-c statement_timeout=7000"


def test_tries_are_counted_in_redis_where_there_is_one() -> None:
    assert Settings.load({}).RATELIMIT_STORAGE_URI == "memory://"
    settings = Settings.load({"REDIS_URL": "redis://cache:6379/0"})
    assert settings.RATELIMIT_STORAGE_URI == "redis://cache:6379/0"
    assert settings.RATELIMIT_IN_MEMORY_FALLBACK_ENABLED
