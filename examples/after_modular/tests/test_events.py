"""Events arrive after the commit, at every listener, and only then."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from flask import Flask, g

import core
from config import Settings
from core import events
from core.database import db
from core.events import Event, listens, publish
from core.exceptions import ModuleError
from core.module import Module
from core.registry import Registry

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


ThingSold.__module__ = "found.shop.events"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the two modules above and no listener."""
    app = Flask(__name__)
    database = f"sqlite:///{tmp_path / 'events.db'}"
    app.config.from_object(
        Settings.load({"APP_ENV": "testing", "DATABASE_URL": database})
    )
    core.init_app(app)
    app.extensions["modules"] = Registry({"shop": SHOP, "books": BOOKS})
    published = ModuleType("found.shop.events")
    published.ThingSold = ThingSold  # type: ignore[attr-defined]
    events.register(app, published)
    with app.app_context():
        yield app


def subscribe(app: Flask, *listeners: events.Listener) -> None:
    """Connect the functions as those of the listeners.py of ``books``."""
    file = ModuleType("found.books.listeners")
    file.__file__ = "found/books/listeners.py"
    for listener in listeners:
        setattr(file, listener.__name__, listener)
    events.subscribe(app, BOOKS, file)


def test_nobody_hears_before_the_commit(app: Flask) -> None:
    heard: list[str] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        heard.append(event.thing)

    subscribe(app, note)
    publish(ThingSold(thing="book"))
    assert heard == []
    db.get_session("shop").commit()
    assert heard == ["book"]
    db.get_session("shop").commit()
    assert heard == ["book"]


def test_nobody_hears_after_a_rollback(app: Flask) -> None:
    heard: list[str] = []

    @listens("shop.ThingSold")
    def note(event: ThingSold) -> None:
        heard.append(event.thing)

    subscribe(app, note)
    session = db.get_session("shop")
    session.execute(sa.select(1))
    publish(ThingSold(thing="book"))
    session.rollback()
    session.commit()
    assert heard == []


def test_rollback_before_anything_was_asked_forgets_too(app: Flask) -> None:
    publish(ThingSold(thing="book"))
    session = db.get_session("shop")
    session.rollback()
    assert not session.info.get(events.PENDING)


def test_rollback_to_a_savepoint_forgets_what_came_after_it(app: Flask) -> None:
    heard: list[str] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        heard.append(event.thing)

    subscribe(app, note)
    session = db.get_session("shop")
    publish(ThingSold(thing="book"))
    savepoint = session.begin_nested()
    publish(ThingSold(thing="pen"))
    with session.begin_nested():
        publish(ThingSold(thing="ink"))
    savepoint.rollback()
    with session.begin_nested():
        publish(ThingSold(thing="map"))
    session.commit()
    assert heard == ["book", "map"]


def test_listener_has_a_context_of_its_own(app: Flask) -> None:
    g.mark = "publisher"
    marks: list[object] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        marks.append(g.get("mark"))

    subscribe(app, note)
    publish(ThingSold(thing="book"))
    db.get_session("shop").commit()
    assert marks == [None]


def test_failing_listener_does_not_stop_the_next(app: Flask) -> None:
    heard: list[str] = []

    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError(event.thing)

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        heard.append(event.thing)

    subscribe(app, break_down, note)
    publish(ThingSold(thing="book"))
    with pytest.raises(ExceptionGroup, match=r"shop\.ThingSold"):
        db.get_session("shop").commit()
    assert heard == ["book"]


def test_publisher_survives_a_failing_listener_in_production(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError(event.thing)

    app.config["EVENTS_RAISE"] = False
    subscribe(app, break_down)
    publish(ThingSold(thing="book"))
    db.get_session("shop").commit()
    assert "break_down" in caplog.text


def test_listening_to_an_undeclared_module_is_refused(app: Flask) -> None:
    @listens("blog.PostPublished")
    def note(event: object) -> None: ...

    with pytest.raises(ModuleError, match="Add it to depends_on or uses"):
        subscribe(app, note)


def test_listening_to_an_unknown_event_is_refused(app: Flask) -> None:
    @listens("shop.ThingReturned")
    def note(event: object) -> None: ...

    with pytest.raises(ModuleError, match="publishes no such event"):
        subscribe(app, note)


def test_listening_to_a_module_that_is_not_there_waits(app: Flask) -> None:
    @listens("tax.TaxRaised")
    def note(event: object) -> None: ...

    subscribe(app, note)
