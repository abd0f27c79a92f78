"""Databases to try modules on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from stack.postgres import Postgres
from stack.watchdog import Watchdog

from tests.conftest import FolderFactory

NewDatabase = Callable[[str], str]
numbers = count()


@pytest.fixture(scope="session")
def postgres(server_folder: FolderFactory) -> Iterator[Postgres]:
    """Return a PostgreSQL server."""
    with Watchdog() as watchdog:
        server = Postgres(server_folder("scaffolding"), watchdog)
        server.process.launch()
        server.process.wait()
        yield server
        server.process.stop()


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, server_folder: FolderFactory
) -> NewDatabase:
    """Return a function that makes a database on SQLite or PostgreSQL."""

    def new_database(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{server_folder('scaffolding')}/app.db"
        server: Postgres = request.getfixturevalue("postgres")
        return server.create_database(f"scaffolding_{next(numbers)}")

    return new_database
