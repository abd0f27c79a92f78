"""What a page asks the database does not grow with what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from benchmarks.scale.run import count_queries
from stack.postgres import Postgres
from stack.watchdog import Watchdog

from tests.conftest import FolderFactory

FEW, MANY, CROWD = 20, 400, 5_000

# Each page of a member asks who is here, and for the unread notifications that the menu
# counts. Of the other four of the dashboard one names the version of what all see
# alike, and three are about the reader: its own figure counts the unread ones again.
STATEMENTS = {
    "blog": 1,
    "feed": 1,
    "dashboard": 6,
    "account": 3,
    "notifications": 3,
    "billing": 4,
    "own posts": 3,
    "admin dashboard": 6,
    "admin users": 3,
    "admin users, search": 3,
}
ONE_ROW = {"dashboard_version"}
# A contribution to the account page runs in a thread with a connection of its own. The
# request has returned its connection before, and takes one again for the number in the
# menu, so it never holds two.
CONNECTIONS = {"account": 3}

Counts = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def counts() -> dict[tuple[str, int], Counts]:
    """Return what both apps ask, with few people and with many."""
    wanted = [(app, people) for app in ("before", "after") for people in (FEW, MANY)]
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda each: count_queries(*each), wanted)
        return dict(zip(wanted, found, strict=True))


@pytest.fixture(scope="module")
def crowded(server_folder: FolderFactory) -> Iterator[Counts]:
    """Return what the modular app asks PostgreSQL with 5,000 people."""
    with Watchdog() as watchdog:
        postgres = Postgres(server_folder("postgres"), watchdog)
        postgres.process.start()
        try:
            postgres.create_database()
            yield count_queries("after", CROWD, database_url=postgres.url)
        finally:
            postgres.process.stop()


@pytest.mark.parametrize("page", STATEMENTS)
def test_a_page_asks_as_often_with_many_rows(
    counts: dict[tuple[str, int], Counts], page: str
) -> None:
    asked = [counts["after", people][page]["statements"] for people in (FEW, MANY)]
    assert asked == [STATEMENTS[page]] * 2


@pytest.mark.parametrize("page", STATEMENTS)
def test_a_page_needs_one_connection(
    counts: dict[tuple[str, int], Counts], page: str
) -> None:
    assert counts["after", MANY][page]["connections"] == CONNECTIONS.get(page, 1)


def test_the_monolith_asks_for_each_day(
    counts: dict[tuple[str, int], Counts],
) -> None:
    found = counts["before", MANY]
    assert found["dashboard"]["statements"] > 30
    assert found["admin dashboard"]["statements"] > 90


@pytest.mark.parametrize("page", STATEMENTS)
def test_a_page_finds_its_rows_by_index(crowded: Counts, page: str) -> None:
    assert set(crowded[page]["read from end to end"]) <= ONE_ROW


@pytest.mark.parametrize("page", ["admin users", "admin users, search"])
def test_the_list_of_users_is_bounded(crowded: Counts, page: str) -> None:
    assert crowded[page]["rows"] == 50
    assert crowded[page]["bytes"] < 60_000
