"""Error pages: their texts, and the draining of unread request bodies."""

from io import BytesIO
from typing import NoReturn

import pytest
from flask import Flask, abort, request

from web.errors import MAX_DRAINED


@pytest.mark.parametrize(
    ("length", "read"),
    [(MAX_DRAINED, MAX_DRAINED), (MAX_DRAINED + 1, 0)],
    ids=["as much as a proxy lets through", "more"],
)
def test_a_request_that_is_too_large(app: Flask, length: int, read: int) -> None:
    @app.post("/size")
    def size() -> str:
        return str(len(request.get_data()))

    body = BytesIO(b"x" * length)
    answer = app.test_client().post("/size", input_stream=body)
    assert answer.status_code == 413
    assert "The limit is 1 MB." in answer.text
    assert body.tell() == read


def test_a_page_that_is_not_there(app: Flask) -> None:
    body = BytesIO(b"x" * 1_000)
    assert app.test_client().post("/nowhere", input_stream=body).status_code == 404
    assert body.tell() == 1_000


def test_a_sender_who_gives_up(app: Flask) -> None:
    @app.post("/size")
    def size() -> str:
        return str(len(request.get_data()))

    promised = {"CONTENT_LENGTH": str(MAX_DRAINED)}
    answer = app.test_client().post("/size", data="x", environ_overrides=promised)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("description", "text"),
    [(None, "Go back and try again."), ("The cart is empty.", "The cart is empty.")],
)
def test_a_page_shows_the_description_of_the_error(
    app: Flask, description: str | None, text: str
) -> None:
    @app.get("/cart")
    def cart() -> NoReturn:
        abort(400, description)

    page = app.test_client().get("/cart")
    assert page.status_code == 400
    assert f"<p>{text}</p>" in page.text
