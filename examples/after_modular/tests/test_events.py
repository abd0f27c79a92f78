"""Events: who may listen to what, and what goes with the publisher's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from flask import Flask, g

import kernel
from config import Settings
from kernel import events
from kernel.database import db
from kernel.events import Event, idempotency_key, listens, publish
from kernel.exceptions import ModuleError, StartupError

from .shop import ThingSold, make_app, subscribe


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with two modules, the shop and the books, and no listener."""
    app = make_app(f"sqlite:///{tmp_path / 'events.db'}")
    with app.app_context():
        yield app


@pytest.fixture
def heard(app: Flask) -> list[str]:
    """Return the things that a listener of the books has heard of."""
    heard: list[str] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        heard.append(event.thing)

    subscribe(app, note)
    return heard


def test_nobody_hears_before_the_commit(app: Flask, heard: list[str]) -> None:
    publish(ThingSold(thing="book"))
    assert heard == []
    db.get_session("shop").commit()
    assert heard == ["book"]
    db.get_session("shop").commit()
    assert heard == ["book"]


def test_nobody_hears_after_a_rollback(app: Flask, heard: list[str]) -> None:
    session = db.get_session("shop")
    session.execute(sa.select(1))
    publish(ThingSold(thing="book"))
    session.rollback()
    session.commit()
    assert heard == []


def test_nobody_hears_of_a_savepoint_that_was_rolled_back(
    app: Flask, heard: list[str]
) -> None:
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


def test_a_savepoint_does_not_commit_what_the_publisher_rolls_back(
    app: Flask, heard: list[str]
) -> None:
    session = db.get_session("shop")
    with session.begin_nested():
        publish(ThingSold(thing="book"))
    session.rollback()
    session.commit()
    assert heard == []


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


def test_only_a_delivery_has_an_idempotency_key(app: Flask) -> None:
    assert idempotency_key() is None


def test_without_a_carrier_nothing_is_published(tmp_path: Path) -> None:
    app = Flask(__name__)
    url = f"sqlite:///{tmp_path / 'events.db'}"
    app.config.from_object(Settings.load({"APP_ENV": "testing", "DATABASE_URL": url}))
    kernel.init_app(app)
    with app.app_context(), pytest.raises(StartupError, match=r"outbox\.init_app"):
        publish(ThingSold(thing="book"))


def test_an_event_that_can_not_be_written_down_is_refused(app: Flask) -> None:
    class ThingLost(Event):
        thing: object

    ThingLost.__module__ = "found.shop.events"
    file = ModuleType("found.shop.events")
    file.ThingLost = dataclass(frozen=True)(ThingLost)  # type: ignore[attr-defined]
    with pytest.raises(ModuleError, match=r"shop\.ThingLost can't be written down"):
        events.register(app, file)


def test_an_order_by_what_an_event_has_not_is_refused(app: Flask) -> None:
    @listens(ThingSold, ordered_by="buyer")
    def note(event: ThingSold) -> None: ...

    with pytest.raises(ModuleError, match="has no such field"):
        subscribe(app, note)


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
