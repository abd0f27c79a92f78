"""A database connection that dies in the middle of a request."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

pytestmark = [pytest.mark.needs("blog", "dashboard"), pytest.mark.in_process]
pytest.importorskip("stack", reason="PostgreSQL comes from there")


@pytest.fixture
def kill_at(postgres, elsewhere):
    """Return a site on PostgreSQL, and kill the connection of its nth statement."""
    url = postgres.create_database("dying")
    people = elsewhere(DATABASE_URL=url)
    plan = {"left": 0}

    def kill(connection, cursor, *rest):
        plan["left"] -= 1
        if plan["left"] == 0:
            pid = cursor.connection.info.backend_pid
            with psycopg.connect(url, autocommit=True) as killer:
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    sa.event.listen(sa.Engine, "before_cursor_execute", kill)
    yield people, plan
    sa.event.remove(sa.Engine, "before_cursor_execute", kill)


def test_a_dying_connection_is_a_503_page(kill_at):
    people, plan = kill_at
    member = people.member()
    token = member.token()
    requests = [
        lambda: member.get("/dashboard/"),
        lambda: member.get("/blog/"),
        lambda: member.get("/auth/account"),
        lambda: member.post("/auth/account", {"csrf_token": token, "name": "New"}),
    ]
    seen = set()
    for request in requests:
        for number in (1, 2, 3):
            plan["left"] = number
            page = request()
            plan["left"] = 0
            seen.add(page.status)
            if page.status == 503:
                assert "Temporarily unavailable" in page.text
            elif page.status not in (200, 302):
                page.fail("expected 503, or no need for the connection")
            assert member.get("/auth/account").status == 200
    assert 503 in seen
