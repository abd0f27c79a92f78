import logging

import pytest
import sqlalchemy as sa

from app import app
from helpers import OneLineFormatter
from models import db


@pytest.fixture
def no_tables():
    """Drop a table that all pages need."""
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE users"))


def test_home(client):
    page = client.get("/")
    assert "<h1>Publish your writing</h1>" in page.text
    assert page.text.count("<h1") == 1
    assert "Set-Cookie" not in page.headers


def test_health(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "up"}


def test_without_tables(client, member, no_tables):
    page = client.get("/readyz")
    assert page.status_code == 503
    assert page.json == {"status": "down"}
    for browser in (client, member):
        page = browser.get("/blog/")
        assert page.status_code == 503
        assert "The database is not ready" in page.text
        assert "flask initialize" in page.text


def test_the_database_is_down(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise sa.exc.OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", refuse)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalars", refuse)
    assert client.get("/readyz").status_code == 503
    page = client.get("/blog/")
    assert page.status_code == 503
    assert "Temporarily unavailable" in page.text
    assert client.get("/healthz").status_code == 200


def test_headers(client, member):
    headers = client.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'; img-src")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Cache-Control" not in headers
    assert member.get("/").headers["Cache-Control"] == "no-store"
    secure = client.get("/", base_url="https://localhost").headers
    assert secure["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("method", ["get", "post"])
def test_error_pages(client, method):
    page = getattr(client, method)("/nowhere")
    assert page.status_code == 404
    assert "<h1>Page not found</h1>" in page.text


def test_changes_require_post(member):
    for path in ("/auth/logout", "/billing/cancel", "/notifications/read"):
        page = member.get(path)
        assert page.status_code == 405
        assert "POST" in page.headers["Allow"]
        assert "Inkwell" in page.text


def test_a_form_without_a_token_is_refused(client):
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.post("/auth/login", data={"email": "a", "password": "b"})
    assert page.status_code == 400
    assert "This form has expired" in page.text


def test_large_bodies_are_refused(client):
    page = client.post("/auth/login", data={"email": "x" * 1_100_000})
    assert page.status_code == 413
    assert "Request too large" in page.text


def test_an_exception_shows_no_traceback(client, monkeypatch, caplog):
    monkeypatch.setattr("app.paginate", lambda statement: 1 / 0)
    page = client.get("/blog/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "ZeroDivisionError" not in page.text
    assert "ZeroDivisionError" in caplog.text


def test_user_input_forges_no_line_of_the_log():
    record = logging.makeLogRecord(
        {"msg": "Exception on %s", "args": ("/a\nb\x1b[2J",)}
    )
    assert OneLineFormatter("%(message)s").format(record) == (
        "Exception on /a\\nb\\x1b[2J"
    )
