"""A shop on the kernel and the outbox of the modular app, whose processes are killed.

Each order has three listeners: two write a row of a ledger, one of them in order, and
one sends an email. No constraint forbids a second row: a duplicate would be counted.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

import kernel
from config import Settings
from kernel import db, deliveries, dispatchers, migrations, outbox
from web import mail


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the shop from the environment; ``config`` overrides it."""
    environment = {**os.environ, **(config or {})}
    app = Flask(__name__)
    app.config.from_object(Settings.load(environment))
    kernel.init_app(app, environment)
    mail.init_app(app)
    deliveries.init_app(app)
    dispatchers.init_app(app)
    outbox.init_app(app)
    return kernel.load_modules(app)


def prepare(app: Flask) -> None:
    """Create the tables, and close the connections."""
    from modules.ledger import models as ledger
    from modules.shop import models as shop

    with app.app_context():
        migrations.upgrade(outbox.module)
        for models in (shop, ledger):
            models.Base.metadata.create_all(db.engine)
        shop.add_customers()
        db.engine.dispose()
