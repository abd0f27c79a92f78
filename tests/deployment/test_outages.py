"""A service that is down takes along what needs it, for as long as it is down."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from stack import Stack

from tests.conftest import FolderFactory

NEED_NO_DATABASE = ("/", "/static/app.css", "/healthz", "/auth/login", "/billing/plans")
SOON = 20  # seconds, on a busy machine
SETTINGS = {
    "DATABASE_POOL_SIZE": "2",
    "DATABASE_MAX_OVERFLOW": "0",
    "DATABASE_TIMEOUT": "1",
    "STATEMENT_TIMEOUT": "2",
    "LOGIN_LIMIT": "3 per hour",
}


@pytest.fixture(scope="module")
def stack(server_folder: FolderFactory) -> Iterator[Stack]:
    folder = server_folder("outages")
    with Stack(folder, instances=1, proxy=None, env=SETTINGS) as stack:
        yield stack


@pytest.fixture
def visitor(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=SOON, trust_env=False) as client:
        yield client


@pytest.fixture
def database_down(stack: Stack) -> Iterator[None]:
    stack["postgres"].kill()
    yield
    if not stack["postgres"].running:
        stack["postgres"].start()


@pytest.fixture
def redis_down(stack: Stack) -> Iterator[None]:
    stack["redis"].kill()
    yield
    if not stack["redis"].running:
        stack["redis"].start()


def eventually(look: Callable[[], bool]) -> None:
    """Fail unless something comes true soon."""
    end = time.monotonic() + SOON
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_friendly_503(page: httpx.Response) -> bool:
    assert page.status_code == 503, page.status_code
    assert page.headers["retry-after"] == "5"
    assert "The database is not ready" in page.text
    assert "Traceback" not in page.text
    return True


def try_password(visitor: httpx.Client, email: str) -> int:
    """Try a wrong password; return the status of the answer."""
    form = visitor.get("/auth/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token
    values = {"csrf_token": token[1], "email": email, "password": "not the password"}
    return visitor.post("/auth/login", data=values).status_code


@contextmanager
def locked(stack: Stack, table: str) -> Iterator[None]:
    """Let nobody read a table."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.usefixtures("database_down")
@pytest.mark.parametrize("path", NEED_NO_DATABASE)
def test_pages_that_need_no_database_work_without(
    visitor: httpx.Client, path: str
) -> None:
    assert visitor.get(path).status_code == 200


def test_what_needs_the_database_says_so_and_recovers(
    stack: Stack, visitor: httpx.Client, database_down: None
) -> None:
    assert is_friendly_503(visitor.get("/blog/"))
    ready = visitor.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "down")
    stack["postgres"].start()
    eventually(lambda: visitor.get("/blog/").status_code == 200)
    assert visitor.get("/readyz").json()["status"] == "up"


def test_a_restart_of_the_database_fails_no_request(
    stack: Stack, visitor: httpx.Client
) -> None:
    eventually(lambda: visitor.get("/blog/").status_code == 200)
    stack["postgres"].restart()
    assert visitor.get("/blog/").status_code == 200


def test_the_app_starts_without_the_database(
    stack: Stack, visitor: httpx.Client, database_down: None
) -> None:
    stack["app-1"].restart()
    assert visitor.get("/").status_code == 200
    assert is_friendly_503(visitor.get("/blog/"))
    stack["postgres"].start()
    eventually(lambda: visitor.get("/blog/").status_code == 200)


def test_a_statement_that_hangs_is_given_up(
    stack: Stack, visitor: httpx.Client
) -> None:
    with locked(stack, "blog_post"):
        assert is_friendly_503(visitor.get("/blog/"))
        assert visitor.get("/").status_code == 200
    assert visitor.get("/blog/").status_code == 200


def test_without_a_free_connection_nobody_waits_for_long(stack: Stack) -> None:
    answers: list[int] = []

    def visit() -> None:
        answers.append(httpx.get(f"{stack.url}/blog/", timeout=SOON).status_code)

    visits = [threading.Thread(target=visit) for _ in range(4)]
    with locked(stack, "blog_post"):
        for each in visits:
            each.start()
        for each in visits:
            each.join()
    assert answers == [503] * 4


def test_without_redis_each_process_counts_tries_itself(
    stack: Stack, visitor: httpx.Client, redis_down: None
) -> None:
    email = "without-redis@example.com"
    statuses = [try_password(visitor, email) for _ in range(4)]
    assert 500 not in statuses
    assert statuses[-1] == 429
    ready = visitor.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["services"]["redis"].startswith("does not answer")


def test_the_app_starts_without_redis_and_finds_it_later(
    stack: Stack, visitor: httpx.Client, redis_down: None
) -> None:
    stack["app-1"].restart()
    assert try_password(visitor, "early@example.com") != 500
    stack["redis"].start()
    eventually(lambda: visitor.get("/readyz").json()["services"]["redis"] == "ok")


def test_tries_are_counted_in_redis(stack: Stack, visitor: httpx.Client) -> None:
    # A new process has counted nothing itself.
    stack["app-1"].restart()
    email = "counted@example.com"
    assert [try_password(visitor, email) for _ in range(3)] == [422] * 3
    stack["app-1"].restart()
    assert try_password(visitor, email) == 429


def test_without_its_broker_the_app_works(tmp_path: Path) -> None:
    nowhere = {"EVENTS_ENGINE": "celery", "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    with (
        Stack(
            tmp_path, instances=1, proxy=None, database="sqlite", env=nowhere
        ) as stack,
        httpx.Client(base_url=stack.url, timeout=SOON, trust_env=False) as visitor,
    ):
        for path in (*NEED_NO_DATABASE, "/blog/"):
            assert visitor.get(path).status_code == 200
        ready = visitor.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["services"]["broker"].startswith("does not answer")
