"""A shop with the kernel and the outbox of the modular app, to be killed at will.

Each order has three listeners: two write a row of a ledger, one of them in order, and
one sends a mail. No constraint forbids a second row, so that it would be seen.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

import kernel
from config import Settings
from kernel import migrations, outbox
from kernel.database import db


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the shop from the environment, ``config`` overriding it."""
    overrides = dict(config or {})
    settings = Settings.load({**os.environ, **overrides})

    def make_app() -> Flask:
        app = Flask(__name__)
        app.config.from_object(settings)
        app.config.update(overrides)
        kernel.init_app(app)
        outbox.init_app(app)
        return app

    return kernel.load_modules(make_app)


def prepare(app: Flask) -> None:
    """Create the tables, and let go of the database."""
    from modules.books import models as books
    from modules.shop import models as shop

    with app.app_context():
        migrations.upgrade(outbox.module)
        for models in (shop, books):
            models.Base.metadata.create_all(db.engine)
        shop.add_customers()
        db.engine.dispose()
