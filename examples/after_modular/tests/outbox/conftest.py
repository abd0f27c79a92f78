from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kernel.database import db

from ..kernel.shop import make_app, subscribe
from .ledger import MakeApp, record


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
