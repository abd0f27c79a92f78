"""Logs: one line per record, with its request or delivery, whoever logs."""

import json
import logging
from collections.abc import Callable
from io import StringIO

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from kernel.operations.logs import HANDLER

from .conftest import AppWith, Lines

ID = {"X-Request-ID": "abc-123"}
FORGED = "harmless\n2026-01-01T00:00:00Z [info] admin logged in\r\x1b[2Kgone\u2028x\x9b"


@pytest.fixture
def app(app_with: AppWith, lines: Lines) -> Flask:
    """Return an app that logs as in production."""
    return app_with(LOG_FORMAT="json")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of that app."""
    return app.test_client()


@pytest.mark.needs("blog")
def test_a_request_is_logged_by_module_and_route(
    client: FlaskClient, lines: Lines
) -> None:
    client.get("/blog/12345", headers=ID)
    (line,) = lines()
    assert line.pop("duration_ms") >= 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "operations",
        "message": "GET /blog/<id:post_id> 404",
        "method": "GET",
        "module": "blog",
        "request_id": "abc-123",
        "route": "/blog/<id:post_id>",
        "status": 404,
    }


def test_successful_probes_and_files_are_not_logged(
    client: FlaskClient, lines: Lines
) -> None:
    client.get("/healthz")
    client.get("/static/app.css").close()
    assert lines() == []
    client.get("/static/missing.css")
    assert [line["status"] for line in lines()] == [404]


def test_at_level_debug_probes_are_logged(app_with: AppWith, lines: Lines) -> None:
    app_with(LOG_FORMAT="json", LOG_LEVEL="DEBUG").test_client().get("/healthz")
    assert "GET /healthz 200" in [line["message"] for line in lines()]


def test_in_development_the_server_logs_requests(
    app_with: AppWith, lines: Lines
) -> None:
    app_with(LOG_FORMAT="text").test_client().get("/")
    assert lines() == []


def test_paths_are_not_logged(client: FlaskClient, lines: Lines) -> None:
    client.get("/auth/reset/secret-token")
    client.open("/", method="SECRET")
    logged = lines()
    assert len(logged) == 2
    assert "secret" not in json.dumps(logged).lower()


def log_with_app(app: Flask) -> str:
    app.logger.warning("low on %s", "ink")
    return "logged"


def log_with_library(app: Flask) -> str:
    logging.getLogger("library").warning("low on %s", "ink")
    return "logged"


def log_with_structlog(app: Flask) -> str:
    structlog.get_logger().warning("low on ink")
    return "logged"


@pytest.mark.parametrize("log", [log_with_app, log_with_library, log_with_structlog])
def test_all_records_of_a_request_have_its_fields(
    app: Flask, client: FlaskClient, lines: Lines, log: Callable[[Flask], str]
) -> None:
    app.add_url_rule("/log", view_func=lambda: log(app))
    client.get("/log", headers=ID)
    line = lines()[0]
    assert (line["message"], line["level"]) == ("low on ink", "warning")
    assert (line["request_id"], line["route"]) == ("abc-123", "/log")


def test_the_user_is_logged_if_a_page_has_loaded_it(
    app: Flask, client: FlaskClient, lines: Lines
) -> None:
    email, password = "ann@example.com", "correct horse battery"
    app.test_cli_runner().invoke(args=["create-admin", email, "--password", password])
    form = {"email": email, "password": password}
    assert client.post("/auth/login", data=form).status_code == 302
    lines()
    client.get("/auth/account")
    app.test_client().get("/nowhere")
    user, anonymous = lines()
    assert user["user_id"] == 1
    assert "user_id" not in anonymous


def test_a_bound_field_ends_with_its_request(
    app: Flask, client: FlaskClient, lines: Lines
) -> None:
    def bind() -> str:
        structlog.contextvars.bind_contextvars(order=7)
        return "bound"

    app.add_url_rule("/bind", view_func=bind)
    client.get("/bind")
    client.get("/")
    bound, other = lines()
    assert bound["order"] == 7
    assert "order" not in other


@pytest.mark.needs("notifications")
def test_a_delivery_is_logged_with_the_request_of_its_event(
    app: Flask, client: FlaskClient, lines: Lines, confirm: Callable[[], str]
) -> None:
    app.add_url_rule("/confirm", view_func=confirm)
    client.get("/confirm", headers=ID)
    deliveries = [line for line in lines() if "listener" in line]
    assert deliveries
    for line in deliveries:
        assert line["event_name"] == "auth.UserConfirmed"
        assert line["event_id"]
        assert line["module"] == line["listener"].partition(".")[0]
        assert line["request_id"] == "abc-123"
        assert line["outcome"] == "completed"
        assert line["duration_ms"] >= 0
        assert "route" not in line


def test_a_traceback_is_part_of_its_line(app: Flask, lines: Lines) -> None:
    try:
        raise ValueError("a bug")
    except ValueError:
        app.logger.exception("it failed")
        structlog.get_logger().exception("it failed")
    for line in lines():
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("ValueError: a bug")


@pytest.mark.parametrize("log", [log_with_app, log_with_structlog])
def test_text_is_for_people(
    app_with: AppWith,
    stderr: StringIO,
    log: Callable[[Flask], str],
) -> None:
    app = app_with(LOG_FORMAT="text")
    app.add_url_rule("/log", view_func=lambda: log(app))
    app.test_client().get("/log", headers=ID)
    (line,) = stderr.getvalue().splitlines()
    assert "[warning  ] low on ink" in line
    assert "request_id=abc-123 route=/log" in line


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("from_structlog", [True, False])
def test_user_input_forges_no_line(
    app_with: AppWith,
    stderr: StringIO,
    log_format: str,
    from_structlog: bool,
) -> None:
    app = app_with(LOG_FORMAT=log_format)
    if from_structlog:
        structlog.get_logger().warning(FORGED, name=FORGED, names=[FORGED])
    else:
        app.logger.warning("Hello %s", FORGED)
    printed = stderr.getvalue()
    assert printed.endswith("\n")
    assert printed[:-1].isprintable(), printed
    assert "harmless\\n2026" in printed


def test_an_exception_message_forges_no_line(
    app_with: AppWith, stderr: StringIO
) -> None:
    app = app_with(LOG_FORMAT="text")
    try:
        raise ValueError(FORGED)
    except ValueError:
        app.logger.exception("it failed")
    first, *traceback = stderr.getvalue().rstrip("\n").split("\n")
    assert "it failed" in first
    assert all(line.startswith("    ") for line in traceback)
    assert all(line.isprintable() for line in traceback)


def test_a_process_has_one_handler_whichever_app_it_serves(app_with: AppWith) -> None:
    app_with()
    app_with()
    names = [handler.name for handler in logging.getLogger().handlers]
    assert names.count(HANDLER) == 1
