"""Settings are read, typed, and refused by name when they are wrong or insecure."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from config import Settings
from kernel import Kernel, StartupError

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "WEBHOOK_SECRET": "whsec_" + "ZGV2" * 8,
    "DATABASE_URL": "sqlite:///production.db",
    "BASE_URL": "https://www.example.com",
}


def make_app(**given: Any) -> Flask:
    return create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite://", **given})


def test_development_needs_nothing() -> None:
    settings = Settings.load({})
    assert settings.SECRET_KEY == "dev"
    assert not settings.PRODUCTION
    assert not settings.SESSION_COOKIE_SECURE


def test_text_becomes_the_type_of_the_setting() -> None:
    settings = Settings.load(
        {"MAIL_PORT": "2525", "MAIL_USE_TLS": "true", "MODULES": "auth, blog,"}
    )
    assert settings.MAIL_PORT == 2525
    assert settings.MAIL_USE_TLS is True
    assert settings.MODULES == ("auth", "blog")


def test_an_empty_variable_means_the_default() -> None:
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
    given = {"REDIS_URL": "redis://:hunter22@cache", "METRICS_TOKEN": "hunter22" * 4}
    app = make_app(**given, MAIL_PASSWORD="hunter22")
    shown = repr(Kernel.of(app).settings) + repr(Settings.load({**PRODUCTION, **given}))
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
        ("WEBHOOK_SECRET", "secret", "copy it from the payment provider"),
        ("WEBHOOK_SECRET", "whsec_not base64!", "copy it from the payment provider"),
        ("LOGIN_LIMIT", "5 per minut", "write it like '5 per minute'"),
        ("LOGIN_IP_LIMIT", "many", "write it like '5 per minute'"),
        ("MAIL_LIMIT", "0", "write it like '5 per minute'"),
        ("MAIL_IP_LIMIT", "x per hour", "write it like '5 per minute'"),
        ("DATABASE_POOL_SIZE", "-1", "use a whole number"),
        ("DATABASE_POOL_SIZE", "0", "use 1 or more"),
        ("REDIS_URL", "host:6379", "write it like redis://host:6379/0"),
        ("CELERY_BROKER_URL", "rabbit", "write it like amqp://"),
        ("EVENTS_ENGINE", "kafka", "use one of"),
        ("EVENTS_ENGINE", "celery", "CELERY_BROKER_URL"),
        ("LOG_FORMAT", "xml", "use one of text, json"),
        ("LOG_LEVEL", "loud", "use one of DEBUG, INFO, WARNING, ERROR"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "host:4318", "write it like http://host:4318"),
        ("BASE_URL", "example.com", "write it like https://example.com/"),
        ("TRUSTED_PROXIES", "all", "use a whole number"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, part: str) -> None:
    with pytest.raises(StartupError) as refused:
        make_app(**{name: value})
    assert name in str(refused.value)
    assert part in str(refused.value)


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "BASE_URL"]
)
def test_production_refuses_a_missing_setting(name: str, in_folder: None) -> None:
    with pytest.raises(StartupError, match=f"{name} is not set"):
        create_app({**PRODUCTION, name: "", "QUARANTINE": False})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_production_refuses_a_weak_secret(
    name: str, value: str, in_folder: None
) -> None:
    with pytest.raises(StartupError, match=f"{name} is too easy to guess"):
        create_app({**PRODUCTION, name: value, "QUARANTINE": False})


def test_an_app_without_billing_needs_no_setting_of_billing(in_folder: None) -> None:
    given = {**PRODUCTION, "WEBHOOK_SECRET": ""}
    kernel = Kernel.of(create_app(given, modules=["auth"]))
    assert [*kernel.active] == ["auth"]
    assert not [each for each in kernel.settings if "billing" in each.__module__]


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
def test_the_engine_follows_from_what_is_set(
    given: dict[str, str], engine: str, in_folder: None
) -> None:
    app = create_app({"DATABASE_URL": "sqlite://", **given})
    assert app.config["EVENTS_ENGINE"] == engine


def test_a_request_does_not_wait_long_for_postgresql() -> None:
    engine = Settings.load(
        {
            "DATABASE_URL": "postgresql://app@db.example.com/app",
            "DATABASE_TIMEOUT": "2",
            "STATEMENT_TIMEOUT": "7",
        }
    ).SQLALCHEMY_ENGINES["default"]
    assert (engine["pool_size"], engine["max_overflow"]) == (5, 5)
    assert engine["pool_timeout"] == engine["connect_args"]["connect_timeout"] == 2
    assert engine["connect_args"]["options"] == "-c statement_timeout=7000"


def test_attempts_are_counted_in_redis_if_it_is_set() -> None:
    assert Settings.load({}).RATELIMIT_STORAGE_URI == "memory://"
    settings = Settings.load({"REDIS_URL": "redis://cache:6379/0"})
    assert settings.RATELIMIT_STORAGE_URI == "redis://cache:6379/0"
    assert settings.RATELIMIT_IN_MEMORY_FALLBACK_ENABLED


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, where a database file may be created."""
    monkeypatch.chdir(tmp_path)
