"""What a load balancer asks."""

from __future__ import annotations

import pytest


def test_the_app_is_alive(visitor):
    page = visitor.get("/healthz").expect(200)
    assert page.headers["content-type"].startswith("application/json")
    assert page.response.json() == {"status": "ok"}


def test_the_app_is_ready(visitor):
    page = visitor.get("/readyz").expect(200)
    assert page.headers["content-type"].startswith("application/json")
    assert page.response.json()["status"] == "up"


@pytest.mark.in_process
def test_without_tables_the_app_is_alive_but_not_ready(elsewhere):
    visitor = elsewhere(initialize=False).stranger()
    visitor.get("/healthz").expect(200)
    page = visitor.get("/readyz").expect(503)
    assert page.response.json()["status"] == "down"


@pytest.mark.in_process
def test_initializing_makes_the_app_ready(elsewhere):
    people = elsewhere(initialize=False)
    people.site.flask("initialize")
    people.stranger().get("/readyz").expect(200)


@pytest.mark.in_process
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "localhost", "app-1"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_use_any_host(production, path, host):
    visitor = production().stranger(base_url=f"http://{host}")
    visitor.get(path).expect(200)
