"""Requests have an id, and records of the log tell which one they belong to."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app import create_app
from kernel.database import db
from kernel.events import publish
from kernel.operations import logs
from kernel.testing.apps import Browser, config
from modules.auth.events import UserConfirmed

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Return a function that gives what the app has logged, as it is in production."""
    app.config |= {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    logs.init_app(app)
    logging.getLogger().setLevel(logging.INFO)

    def lines() -> list[dict[str, Any]]:
        printed = capsys.readouterr().err.splitlines()
        return [json.loads(line) for line in printed if line.startswith("{")]

    yield lines
    logging.getLogger().setLevel(logging.WARNING)


def test_every_request_has_an_id(client: FlaskClient) -> None:
    first, second = (client.get("/").headers["X-Request-ID"] for _ in range(2))
    assert first != second


def test_the_id_of_the_proxy_is_kept(client: FlaskClient) -> None:
    page = client.get("/", headers={"X-Request-ID": "abc-123"})
    assert page.headers["X-Request-ID"] == "abc-123"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "{}", "<script>"])
def test_an_odd_id_is_not_kept(client: FlaskClient, given: str) -> None:
    page = client.get("/", headers={"X-Request-ID": given})
    assert page.headers["X-Request-ID"] != given


def test_an_error_has_an_id_too(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"X-Request-ID": "abc-123"})
    assert page.headers["X-Request-ID"] == "abc-123"


@pytest.mark.needs("blog")
def test_a_request_is_logged_by_module_and_route(
    client: FlaskClient, lines: Lines
) -> None:
    client.get("/blog/12345", headers={"X-Request-ID": "abc-123"})
    (line,) = lines()
    assert line["message"] == "GET /blog/<id:post_id> 404"
    assert line["module"] == "blog"
    assert line["route"] == "/blog/<id:post_id>"
    assert line["status"] == 404
    assert line["request_id"] == "abc-123"
    assert line["duration_ms"] >= 0
    assert line["level"] == "INFO"


def test_health_is_not_logged(client: FlaskClient, lines: Lines) -> None:
    client.get("/healthz")
    client.get("/static/app.css").close()
    assert lines() == []


def test_no_record_shows_a_secret_path(client: FlaskClient, lines: Lines) -> None:
    client.get("/auth/reset/secret-token")
    assert "secret-token" not in json.dumps(lines())


def test_a_record_of_a_request_carries_its_id(
    app: Flask, client: FlaskClient, lines: Lines
) -> None:
    app.add_url_rule("/tell", view_func=lambda: app.logger.warning("told") or "done")
    client.get("/tell", headers={"X-Request-ID": "abc-123"})
    told = lines()[0]
    assert (told["message"], told["request_id"]) == ("told", "abc-123")
    assert told["level"] == "WARNING"


def test_who_it_was_is_known_where_somebody_asked(
    app: Flask, client: FlaskClient, lines: Lines
) -> None:
    words = ["ann@example.com", "--password", "correct horse battery"]
    app.test_cli_runner().invoke(args=["create-admin", *words])
    form = {"email": words[0], "password": words[2]}
    assert client.post("/auth/login", data=form).status_code == 302
    lines()
    client.get("/auth/account")
    app.test_client().get("/nowhere")
    known, stranger = lines()
    assert known["user_id"] == 1
    assert "user_id" not in stranger


@pytest.mark.needs("notifications")
def test_a_delivery_names_listener_event_and_request(
    app: Flask, client: FlaskClient, lines: Lines
) -> None:
    app.add_url_rule("/confirm", view_func=confirm)
    client.get("/confirm", headers={"X-Request-ID": "abc-123"})
    delivered = [line for line in lines() if "listener" in line]
    assert delivered
    for line in delivered:
        assert line["event"] == "auth.UserConfirmed"
        assert line["event_id"]
        assert line["module"] == line["listener"].partition(".")[0]
        assert line["request_id"] == "abc-123"
        assert line["outcome"] == "completed"


def test_a_traceback_is_part_of_its_line(app: Flask, lines: Lines) -> None:
    try:
        raise ValueError("a bug")
    except ValueError:
        app.logger.exception("it failed")
    (line,) = lines()
    assert "ValueError: a bug" in line["exception"]


def test_text_is_for_people(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    app.config["LOG_FORMAT"] = "text"
    logs.init_app(app)
    app.add_url_rule("/tell", view_func=lambda: app.logger.warning("told") or "done")
    client.get("/tell", headers={"X-Request-ID": "abc-123"})
    assert "WARNING app: told [request_id=abc-123 module=app" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(
    tmp_path: Path, proxies: int, forwarded: str, address: str
) -> None:
    app = create_app({**config(tmp_path / "test.db"), "TRUSTED_PROXIES": proxies})
    app.test_client_class = Browser
    app.add_url_rule("/who", view_func=who)
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    seen = app.test_client().get("/who", headers=headers).text
    scheme = "https" if proxies else "http"
    assert seen == f"{address} {scheme}"


def who() -> str:
    """Return who the visitor seems to be."""
    return f"{request.remote_addr} {request.scheme}"


def confirm() -> str:
    """Publish an event that others listen to."""
    publish(UserConfirmed(user_id=1, name="Ann", email="ann@example.com"))
    db.get_session("auth").commit()
    return "confirmed"
