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
    visitor = elsewhere(initialise=False).stranger()
    visitor.get("/healthz").expect(200)
    page = visitor.get("/readyz").expect(503)
    assert page.response.json()["status"] == "down"


@pytest.mark.needs("blog")
@pytest.mark.in_process
def test_initialising_makes_the_app_ready(elsewhere):
    people = elsewhere(initialise=False)
    people.site.flask("initialise")
    people.stranger().get("/readyz").expect(200)
    people.stranger().get("/blog/").expect(200)


@pytest.mark.needs("blog")
@pytest.mark.in_process
def test_initialising_twice_loses_nothing(elsewhere):
    people = elsewhere()
    member = people.member()
    post = member.publish("Still here")
    assert "Database:" in people.site.flask("initialise")
    member.get(post).expect(200).heading("Still here")
