"""Two modules for the tests of events: a shop that sells, and a ledger that listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from flask import Flask

import kernel
from config import Settings
from kernel import (
    Event,
    Kernel,
    Module,
    deliveries,
    dispatchers,
    events,
    migrations,
    outbox,
)

SHOP = Module(import_name="found.shop", title="Shop", summary="Sells things.")
LEDGER = Module(
    import_name="found.ledger",
    title="Ledger",
    summary="Records sales.",
    depends_on=("shop",),
    uses=("tax",),
)


@dataclass(frozen=True, kw_only=True)
class ThingSold(Event):
    """A thing was sold."""

    thing: str
    price: int = 1


ThingSold.__module__ = "found.shop.events"


def make_app(
    database: str, *, layers: bool = True, migrate: bool = True, **config: object
) -> Flask:
    """Return an app with the two modules and no listener.

    :param layers: whether the app has the outbox.
    :param migrate: whether to create the table of the outbox.
    """
    environment: Mapping[str, Any] = {
        "APP_ENV": "testing",
        "DATABASE_URL": database,
        **config,
    }
    app = Flask(__name__)
    app.config.from_object(Settings.load(environment))
    kernel.init_app(app, environment)
    if layers:
        deliveries.init_app(app)
        dispatchers.init_app(app)
        outbox.init_app(app)
    Kernel.of(app).active.update(shop=SHOP, ledger=LEDGER)
    published = ModuleType("found.shop.events")
    published.ThingSold = ThingSold  # type: ignore[attr-defined]
    events.register(app, published)
    if layers and migrate:
        with app.app_context():
            migrations.upgrade(outbox.module)
    return app


def subscribe(
    app: Flask, *listeners: Callable[..., None], module: Module = LEDGER
) -> None:
    """Connect the functions as those of a module's listeners.py."""
    file = ModuleType(f"{module.import_name}.listeners")
    file.__file__ = f"found/{module.name}/listeners.py"
    for listener in listeners:
        setattr(file, listener.__name__, listener)
    events.subscribe(app, module, file)
