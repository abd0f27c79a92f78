"""Two modules for the tests of events: a shop that sells, and books that listen."""

from dataclasses import dataclass
from types import ModuleType

from flask import Flask

import kernel
from config import Settings
from kernel import events, migrations, outbox
from kernel.events import Event, Listener
from kernel.manifest import Module
from kernel.registry import Registry

SHOP = Module(import_name="found.shop", title="Shop", summary="Sells things.")
BOOKS = Module(
    import_name="found.books",
    title="Books",
    summary="Keeps the books.",
    depends_on=("shop",),
    uses=("tax",),
)


@dataclass(frozen=True, kw_only=True)
class ThingSold(Event):
    """A thing was sold."""

    thing: str
    price: int = 1


ThingSold.__module__ = "found.shop.events"


def make_app(database: str, **settings: object) -> Flask:
    """Return an app with the two modules, no listener, and an empty outbox."""
    app = Flask(__name__)
    app.config.from_object(
        Settings.load({"APP_ENV": "testing", "DATABASE_URL": database})
    )
    app.config.update(settings)
    kernel.init_app(app)
    outbox.init_app(app)
    app.extensions["modules"] = Registry({"shop": SHOP, "books": BOOKS})
    published = ModuleType("found.shop.events")
    published.ThingSold = ThingSold  # type: ignore[attr-defined]
    events.register(app, published)
    with app.app_context():
        migrations.upgrade(outbox.module)
    return app


def subscribe(app: Flask, *listeners: Listener) -> None:
    """Connect the functions as those of the listeners.py of the books."""
    file = ModuleType("found.books.listeners")
    file.__file__ = "found/books/listeners.py"
    for listener in listeners:
        setattr(file, listener.__name__, listener)
    events.subscribe(app, BOOKS, file)
