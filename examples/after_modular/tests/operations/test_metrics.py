"""Metrics count by module and route, in one process and in several."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from kernel import Kernel, StartupError

from .conftest import AppWith

TOKEN = "t" * 32
ROOT = Path(__file__).parents[2]


def value(client: FlaskClient, sample: str) -> float:
    """Return the value of a sample; 0 if there is none."""
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
        ("/auth/no", 'method="GET",module="auth",route="(none)",status="404"'),
    ],
)
def test_requests_are_counted(client: FlaskClient, path: str, labels: str) -> None:
    sample = f"http_requests_total{{{labels}}}"
    before = value(client, sample)
    client.get(path)
    assert value(client, sample) == before + 1


def test_an_invented_method_is_no_label(client: FlaskClient) -> None:
    client.open("/", method="BREW")
    text = client.get("/metrics").text
    assert "BREW" not in text
    assert 'method="(other)"' in text


def test_durations_are_counted(client: FlaskClient) -> None:
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
def test_deliveries_are_counted(
    client: FlaskClient, confirm: Callable[[], str]
) -> None:
    def completed() -> float:
        text = client.get("/metrics").text
        found = re.findall(
            r'event_deliveries_total{event="auth\..*outcome="completed"} (\S+)', text
        )
        return sum(map(float, found))

    before = completed()
    confirm()
    assert completed() > before
    assert value(client, 'outbox_deliveries{state="completed"}') >= 1
    assert value(client, 'outbox_deliveries{state="failed"}') == 0


def test_without_an_outbox_its_metrics_are_absent(
    app: Flask, client: FlaskClient
) -> None:
    Kernel.of(app).delivery_log = None
    assert value(client, "database_up") == 1
    assert "outbox_deliveries" not in client.get("/metrics").text


@pytest.mark.needs("blog")
def test_modules_and_database_are_up(client: FlaskClient) -> None:
    assert value(client, 'module_up{module="blog"}') == 1
    assert value(client, "database_up") == 1


def test_an_outage_of_the_database_is_a_metric(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counts() -> None:
        raise OperationalError(None, None, Exception("connection refused"))

    monkeypatch.setattr(Kernel.of(app).delivery_log, "counts", counts)
    assert value(client, "database_up") == 0
    assert client.get("/metrics").status_code == 200


def test_returned_connections_are_not_in_use(client: FlaskClient) -> None:
    client.get("/blog/")
    assert value(client, 'database_connections_in_use{pool="default"}') == 0


def test_a_token_guards_them(app_with: AppWith) -> None:
    client = app_with(METRICS_TOKEN=TOKEN).test_client()
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


def test_the_shared_folder_must_exist(app_with: AppWith, tmp_path: Path) -> None:
    with pytest.raises(
        StartupError, match=r"^PROMETHEUS_MULTIPROC_DIR is .* create it"
    ):
        app_with(PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "missing"))


VISIT = """
import sys
from app import create_app
client = create_app({"DATABASE_URL": sys.argv[2]}).test_client()
for _ in range(int(sys.argv[1])):
    client.get("/")
print(client.get("/metrics").text)
"""


def test_one_process_answers_for_all(migrated_database: Path, tmp_path: Path) -> None:
    def visit(count: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", VISIT, str(count), f"sqlite:///{migrated_database}"],
            cwd=ROOT,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    visit(3)
    sample = r'http_requests_total{method="GET",module="app",route="/",status="200"} '
    assert f"{sample}5.0" in visit(2)
    if os.name == "posix":  # the connections of the first process are not counted
        assert len(list(tmp_path.glob("gauge_live*.db"))) == 1


def test_elsewhere_no_process_gets_a_signal(
    app_with: AppWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "gauge_livesum_4711.db").write_bytes(bytes(8))
    client = app_with(PROMETHEUS_MULTIPROC_DIR=str(folder)).test_client()
    with monkeypatch.context() as patch:
        patch.setattr("kernel.operations.metrics.os.name", "nt")
        patch.setattr("os.kill", lambda pid, signal: pytest.fail("sent a signal"))
        assert client.get("/metrics").status_code == 200
