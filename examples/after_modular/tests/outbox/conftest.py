import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kernel import db

from ..kernel.shop import make_app, subscribe
from .ledger import MakeApp, record
from .world import World

# The trials run on PostgreSQL, too, if this names an empty database.
POSTGRESQL = "TEST_POSTGRESQL_URL"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeApp]:
    """Return a function that makes an app; all share one database."""
    url = f"sqlite:///{tmp_path / 'outbox.db'}"
    apps: list[Flask] = []

    def make(**settings: Any) -> Flask:
        app = make_app(url, **{"EVENTS_ENGINE": "worker", **settings})
        apps.append(app)
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(
                sa.text("CREATE TABLE IF NOT EXISTS sale (thing TEXT, key TEXT)")
            )
        subscribe(app, record)
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the URL of a migrated database; without PostgreSQL, skip its tests."""
    url = f"sqlite:///{tmp_path_factory.mktemp('trials') / 'trials.db'}"
    if request.param == "postgresql":
        if POSTGRESQL not in os.environ:
            pytest.skip(f"{POSTGRESQL} is not set")
        url = os.environ[POSTGRESQL]
    app = make_app(url, EVENTS_ENGINE="worker")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE sale (thing TEXT, key TEXT)"))
        db.engine.dispose()
    return url


@pytest.fixture
def world(database: str) -> Iterator[World]:
    """Return the shop and its ledger on an empty database, inside an app context."""
    world = World(database)
    with world.app.app_context():
        yield world
        world.close()
