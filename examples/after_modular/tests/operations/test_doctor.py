"""The doctor names what is wrong with a deployment, and the fix."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from kernel import Kernel, db, utcnow
from kernel.migrations import modules_with_tables
from kernel.operations.settings import OperationsSettings
from kernel.outbox.models import Delivery, State
from kernel.runtime import QuarantinedModule

Examine = Callable[..., str]

GOOD = {
    "PRODUCTION": True,
    "BASE_URL": "https://example.com/",
    "TRUSTED_PROXIES": 1,
    "MAIL_BACKEND": "file",
    "REDIS_URL": "",
}


@pytest.fixture
def examine(app: Flask, tmp_path: Path) -> Examine:
    """Return a function that runs the doctor on a good deployment with changes."""

    def examine(
        expect: int = 0, *, METRICS_TOKEN: str = "t" * 32, **changed: object
    ) -> str:
        app.config |= {**GOOD, "MAIL_FILE_PATH": str(tmp_path), **changed}
        settings = Kernel.of(app).settings
        operations = replace(settings[OperationsSettings], METRICS_TOKEN=METRICS_TOKEN)
        settings[OperationsSettings] = operations
        result = app.test_cli_runner().invoke(args=["doctor"])
        assert result.exit_code == expect, result.output
        return result.output

    return examine


def test_a_good_deployment(examine: Examine) -> None:
    *lines, summary = examine().splitlines()
    # One process needs no Redis.
    assert [line for line in lines if not line.startswith("OK ")] == [
        "WARN  redis: REDIS_URL is not set: each process counts failed logins "
        "separately. Set it if there are several."
    ]
    assert summary == f"{len(lines) - 1} OK, 1 WARN, 0 FAIL"


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        ("PRODUCTION", False, "WARN  settings: APP_ENV is testing"),
        ("MAIL_BACKEND", "console", "WARN  mail: MAIL_BACKEND is console"),
        ("METRICS_TOKEN", "", "WARN  metrics: METRICS_TOKEN is not set"),
        ("TRUSTED_PROXIES", 0, "WARN  proxies: TRUSTED_PROXIES is 0"),
    ],
)
def test_warnings(examine: Examine, setting: str, value: object, line: str) -> None:
    assert line in examine(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        ("BASE_URL", "http://example.com", "FAIL  proxies: BASE_URL is not https"),
        ("REDIS_URL", "redis://127.0.0.1:1", "FAIL  redis: "),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1", "FAIL  broker: "),
        (
            "MAIL_FILE_PATH",
            "/nowhere/at/all",
            "FAIL  files: the folder of MAIL_FILE_PATH is missing",
        ),
    ],
)
def test_failures(examine: Examine, setting: str, value: object, line: str) -> None:
    assert line in examine(expect=1, **{setting: value})


def test_a_mail_server_that_is_down(examine: Examine) -> None:
    server = {"MAIL_BACKEND": "smtp", "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 1}
    assert "FAIL  mail: 127.0.0.1:1 accepts no mail" in examine(expect=1, **server)


def test_a_quarantined_module(app: Flask, examine: Examine) -> None:
    reason = f"{app.root_path}{os.sep}modules{os.sep}shop.py:1: ImportError: a bug"
    shop = QuarantinedModule(name="shop", url_prefix="/shop", reason=reason)
    Kernel.of(app).quarantined["shop"] = shop
    line = f"FAIL  modules: shop is quarantined: modules{os.sep}shop.py:1: ImportError"
    assert line in examine(expect=1)


def test_no_absolute_path_is_printed(app: Flask, examine: Examine) -> None:
    # The reason of a quarantine is in the app's files or in those of a library.
    for name, path in {
        "shop": __file__,
        "tax": pytest.__file__,
        "x": os.__file__,
    }.items():
        module = QuarantinedModule(name=name, url_prefix=f"/{name}", reason=f"{path}:1")
        Kernel.of(app).quarantined[name] = module
    printed = examine(expect=1, MAIL_FILE_PATH="/nowhere/at/all")
    assert not [word for word in printed.split() if Path(word).is_absolute()], printed


def test_an_outage_of_the_database(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect() -> None:
        raise OperationalError(None, None, Exception("connection refused\nmore"))

    monkeypatch.setattr(db.engine, "connect", connect)
    printed = examine(expect=1)
    line = "FAIL  database: sqlite does not answer: connection refused. Start it"
    assert line in printed
    assert "FAIL  events: could not be checked: connection refused. Fix" in printed


@pytest.mark.needs("blog")
def test_a_module_that_is_not_migrated(examine: Examine) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM blog_migration"))
    assert "FAIL  tables: not migrated: blog_0" in examine(expect=1)


def test_a_new_database(examine: Examine) -> None:
    with db.engine.begin() as connection:
        for module in modules_with_tables():
            connection.execute(sa.text(f"DROP TABLE {module.name}_migration"))
    printed = examine(expect=1)
    assert "FAIL  tables: not migrated: outbox_0001" in printed
    assert "events" not in printed


@pytest.mark.parametrize(
    ("engine", "fix"),
    [
        ("thread", "Start the app, which delivers events itself."),
        ("worker", "Start flask events work."),
    ],
)
def test_overdue_deliveries(examine: Examine, engine: str, fix: str) -> None:
    deliver(State.PENDING, due_at=utcnow() - timedelta(hours=1))
    line = f"FAIL  events: 1 overdue deliveries. {fix}"
    assert line in examine(expect=1, EVENTS_ENGINE=engine)


def test_failed_deliveries(examine: Examine) -> None:
    deliver(State.FAILED, due_at=utcnow())
    assert "WARN  events: 1 failed deliveries" in examine()


def test_a_layer_adds_its_own_check(app: Flask, examine: Examine) -> None:
    def check_ink() -> Iterator[tuple[str, str, str, str]]:
        yield "FAIL", "ink", "the bottle is empty", "Refill it."

    Kernel.of(app).doctor_checks.append(check_ink)
    assert "FAIL  ink: the bottle is empty. Refill it.\n" in examine(expect=1)


def deliver(state: State, **values: object) -> None:
    """Store a delivery in the outbox."""
    with db.engine.begin() as connection:
        connection.execute(
            sa.insert(Delivery).values(
                event_id="e1",
                event="auth.UserConfirmed",
                listener="dashboard.count_member",
                payload="{}",
                state=state,
                **values,
            )
        )
