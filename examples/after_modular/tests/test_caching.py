"""Public pages: what a cache between the app and anonymous users may keep."""

import pytest
from flask import Flask, flash, render_template_string
from flask.testing import FlaskClient

from web.caching import public_page

MESSAGES = "{{ get_flashed_messages() }}"


@pytest.fixture
def client() -> FlaskClient:
    """Return a client of an app with one public page, which shows messages."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", PUBLIC_PAGE_SECONDS=5)

    @app.get("/")
    @public_page
    def home() -> str:
        return render_template_string(MESSAGES)

    @app.get("/flash")
    def show_later() -> str:
        flash("Saved.")
        return ""

    return app.test_client()


def test_a_page_for_all_is_cacheable(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.headers["Cache-Control"] == (
        "public, max-age=0, s-maxage=5, stale-while-revalidate=5"
    )
    assert response.headers["Vary"] == "Cookie"


def test_a_page_that_empties_the_session_is_not_cacheable(client: FlaskClient) -> None:
    client.get("/flash")
    response = client.get("/")
    assert "Saved." in response.text
    assert "Cache-Control" not in response.headers
