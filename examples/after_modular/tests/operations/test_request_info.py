"""Every request has an ID, and the address of the client behind the trusted proxies."""

import pytest
from flask import request
from flask.testing import FlaskClient

from .conftest import AppWith


def test_each_request_has_its_own_id(client: FlaskClient) -> None:
    first, second = (client.get("/").headers["X-Request-ID"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_the_id_of_the_proxy_is_kept(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"X-Request-ID": "abc-123"})
    assert page.headers["X-Request-ID"] == "abc-123"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "{}", "<script>", "é"])
def test_a_malformed_id_is_replaced(client: FlaskClient, given: str) -> None:
    page = client.get("/", headers={"X-Request-ID": given})
    assert page.headers["X-Request-ID"] != given


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
    ],
)
def test_only_trusted_proxies_set_the_client_address(
    app_with: AppWith, proxies: int, forwarded: str, address: str
) -> None:
    app = app_with(TRUSTED_PROXIES=str(proxies))
    app.add_url_rule(
        "/who", view_func=lambda: f"{request.remote_addr} {request.scheme}"
    )
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    scheme = "https" if proxies else "http"
    answer = app.test_client().get("/who", headers=headers)
    assert answer.text == f"{address} {scheme}"
