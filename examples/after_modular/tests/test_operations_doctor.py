"""The doctor names what is wrong with a deployment, and the fix."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from kernel.registry import Quarantined, quarantined_modules
from sqlalchemy.exc import OperationalError

from kernel import migrations
from kernel.database import db, utcnow
from kernel.outbox.models import Delivery, State

Examine = Callable[..., str]

GOOD = {
    "PRODUCTION": True,
    "BASE_URL": "https://example.com/",
    "TRUSTED_PROXIES": 1,
    "METRICS_TOKEN": "t" * 32,
    "MAIL_BACKEND": "file",
    "REDIS_URL": "",
}


@pytest.fixture
def examine(app: Flask, tmp_path: Path) -> Examine:
    """Return a function that runs the doctor on a good deployment, changed a bit."""

    def examine(expect: int = 0, **changed: object) -> str:
        app.config |= {**GOOD, "MAIL_FILE_PATH": str(tmp_path), **changed}
        result = app.test_cli_runner().invoke(args=["doctor"])
        assert result.exit_code == expect, result.output
        return result.output

    return examine


def test_a_good_deployment(examine: Examine) -> None:
    *lines, summary = examine().splitlines()
    # Redis is not there, and that is fine for one process.
    assert [line for line in lines if not line.startswith("OK ")] == [
        "WARN  redis: REDIS_URL is not set: each process counts failed log-ins for "
        "itself. Set it where there are several."
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
def test_what_will_surprise_some_day(
    examine: Examine, setting: str, value: object, line: str
) -> None:
    assert line in examine(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        ("BASE_URL", "http://example.com", "FAIL  proxies: BASE_URL is not https"),
        ("REDIS_URL", "redis://127.0.0.1:1", "FAIL  redis: "),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1", "FAIL  broker: "),
        ("MAIL_FILE_PATH", "/nowhere/at/all", "FAIL  files: /nowhere/at/all"),
    ],
)
def test_what_keeps_people_from_their_work(
    examine: Examine, setting: str, value: object, line: str
) -> None:
    assert line in examine(expect=1, **{setting: value})


def test_a_mail_server_that_is_not_there(examine: Examine) -> None:
    server = {"MAIL_BACKEND": "smtp", "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 1}
    assert "FAIL  mail: 127.0.0.1:1 does not take mail" in examine(expect=1, **server)


def test_a_folder_for_metrics_that_is_not_there(
    examine: Examine,
) -> None:
    folder = {"PROMETHEUS_MULTIPROC_DIR": "/nowhere/at/all"}
    assert "FAIL  files: /nowhere/at/all" in examine(expect=1, **folder)


def test_a_module_in_quarantine(examine: Examine) -> None:
    shop = Quarantined(name="shop", url_prefix="/shop", reason="ImportError: a bug")
    quarantined_modules()["shop"] = shop
    assert "FAIL  modules: shop is quarantined: ImportError: a bug" in examine(expect=1)


def test_a_database_that_is_away(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect() -> None:
        raise OperationalError(None, None, Exception("connection refused\nmore"))

    monkeypatch.setattr(db.engine, "connect", connect)
    line = "FAIL  database: sqlite does not answer: connection refused. Start it"
    assert line in examine(expect=1)


@pytest.mark.needs("blog")
def test_tables_that_are_behind(examine: Examine) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM blog_migration"))
    assert "FAIL  tables: not migrated: blog_0" in examine(expect=1)


def test_a_new_database(examine: Examine) -> None:
    with db.engine.begin() as connection:
        for module in migrations.modules_with_tables():
            connection.execute(sa.text(f"DROP TABLE {module.name}_migration"))
    assert "FAIL  tables: not migrated: outbox_0001" in examine(expect=1)


@pytest.mark.parametrize(
    ("engine", "fix"),
    [
        ("thread", "Start the app; it delivers events itself."),
        ("worker", "Start flask events work."),
    ],
)
def test_events_that_nobody_brings(examine: Examine, engine: str, fix: str) -> None:
    deliver(State.PENDING, due_at=utcnow() - timedelta(hours=1))
    line = f"FAIL  events: 1 deliveries are late: nobody brings them. {fix}"
    assert line in examine(expect=1, EVENTS_ENGINE=engine)


def test_events_that_were_given_up(examine: Examine) -> None:
    deliver(State.FAILED, due_at=utcnow())
    assert "WARN  events: 1 deliveries have been given up" in examine()


def test_no_celery_worker(examine: Examine) -> None:
    pytest.importorskip("celery")
    broker = {"EVENTS_ENGINE": "celery", "CELERY_BROKER_URL": "redis://127.0.0.1:1"}
    assert "FAIL  workers: can't be asked" in examine(expect=1, **broker)


def deliver(state: State, **values: object) -> None:
    """Put a delivery into the outbox."""
    with db.engine.begin() as connection:
        connection.execute(
            sa.insert(Delivery).values(
                event_id="e1",
                event="auth.UserConfirmed",
                listener="dashboard.count",
                payload="{}",
                state=state,
                **values,
            )
        )
