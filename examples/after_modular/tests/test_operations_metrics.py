"""Metrics count by module and route, in one process and in several."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from kernel.database import db
from kernel.events import publish
from kernel.exceptions import StartupError
from kernel.testing.apps import config
from modules.auth.events import UserConfirmed

TOKEN = "t" * 32
ROOT = Path(__file__).parents[1]


def value(client: FlaskClient, sample: str) -> float:
    """Return a sample, 0 if there is none."""
    text = client.get("/metrics").text
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/", 'method="GET",module="app",route="/",status="200"'),
        (
            "/auth/login",
            'method="GET",module="auth",route="/auth/login",status="200"',
        ),
        pytest.param(
            "/blog/99",
            'method="GET",module="blog",route="/blog/<id:post_id>",status="404"',
            marks=pytest.mark.needs("blog"),
        ),
        ("/nowhere/1", 'method="GET",module="app",route="(none)",status="404"'),
    ],
)
def test_requests_are_counted(client: FlaskClient, path: str, labels: str) -> None:
    sample = f"http_requests_total{{{labels}}}"
    before = value(client, sample)
    client.get(path)
    assert value(client, sample) == before + 1


def test_a_method_that_somebody_made_up_is_no_series(client: FlaskClient) -> None:
    client.open("/", method="BREW")
    text = client.get("/metrics").text
    assert "BREW" not in text
    assert 'method="(other)"' in text


def test_durations_fall_into_buckets(client: FlaskClient) -> None:
    sample = 'http_request_duration_seconds_count{module="app",route="/"}'
    before = value(client, sample)
    client.get("/")
    assert value(client, sample) == before + 1


@pytest.mark.needs("blog")
def test_exceptions_are_counted(app: Flask, client: FlaskClient) -> None:
    def fail() -> str:
        raise ValueError("a bug")

    app.add_url_rule("/blog/fail", view_func=fail)
    app.testing = False
    sample = 'http_request_exceptions_total{exception="ValueError",module="blog"}'
    before = value(client, sample)
    assert client.get("/blog/fail").status_code == 500
    assert value(client, sample) == before + 1


@pytest.mark.needs("notifications")
def test_deliveries_are_counted(client: FlaskClient) -> None:
    def completed() -> float:
        text = client.get("/metrics").text
        found = re.findall(
            r'event_deliveries_total{event="auth\..*outcome="completed"} (\S+)', text
        )
        return sum(map(float, found))

    before = completed()
    publish(UserConfirmed(user_id=1, name="Ann", email="ann@example.com"))
    db.get_session("auth").commit()
    assert completed() > before
    assert value(client, 'outbox_deliveries{state="completed"}') >= 1
    assert value(client, 'outbox_deliveries{state="failed"}') == 0


@pytest.mark.needs("blog")
def test_modules_and_database_are_up(client: FlaskClient) -> None:
    assert value(client, 'module_up{module="blog"}') == 1
    assert value(client, "database_up") == 1


def test_metrics_outlive_the_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def counts() -> None:
        raise OperationalError(None, None, Exception("gone"))

    monkeypatch.setattr("outbox.counts", counts)
    assert value(client, "database_up") == 0
    assert client.get("/metrics").status_code == 200


def test_the_pool_gives_back_what_was_taken(client: FlaskClient) -> None:
    client.get("/blog/")
    assert value(client, 'database_connections_in_use{pool="default"}') == 0


def test_a_token_guards_them(app: Flask, client: FlaskClient) -> None:
    app.config["METRICS_TOKEN"] = TOKEN
    assert client.get("/metrics").status_code == 401
    for wrong in ("Bearer no", "Bearer é", f"Basic {TOKEN}", TOKEN[:-1]):
        headers = {"Authorization": wrong}
        assert client.get("/metrics", headers=headers).status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    page = client.get("/metrics", headers=headers)
    assert page.status_code == 200
    assert page.content_type.startswith("text/plain")


def test_in_production_they_are_off_without_one(
    app: Flask, client: FlaskClient
) -> None:
    app.config["PRODUCTION"] = True
    assert client.get("/metrics").status_code == 404


def test_the_folder_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "missing"))
    with pytest.raises(
        StartupError, match=r"^PROMETHEUS_MULTIPROC_DIR is .* create it"
    ):
        create_app(config(tmp_path / "test.db"))


VISIT = """
import sys
from app import create_app
client = create_app({"DATABASE_URL": sys.argv[2]}).test_client()
for _ in range(int(sys.argv[1])):
    client.get("/")
print(client.get("/metrics").text)
"""


def test_one_process_answers_for_all(migrated: Path, tmp_path: Path) -> None:
    def visit(count: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", VISIT, str(count), f"sqlite:///{migrated}"],
            cwd=ROOT,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    visit(3)
    sample = r'http_requests_total{method="GET",module="app",route="/",status="200"} '
    assert f"{sample}5.0" in visit(2)
    # Of the first one only what it counted is left, not what it held.
    assert len(list(tmp_path.glob("gauge_live*.db"))) == 1
