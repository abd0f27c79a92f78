"""Events: delivered after the publisher's commit, by the in-process dispatcher too."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g, url_for

from kernel import (
    Event,
    ModuleError,
    StartupError,
    db,
    events,
    idempotency_key,
    listens,
    publish,
)

from .shop import ThingSold, make_app, subscribe


@pytest.fixture(params=[False, True], ids=["in process", "outbox"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Return an app with two modules, without and with the outbox."""
    url = f"sqlite:///{tmp_path / 'events.db'}"
    app = make_app(url, layers=request.param)
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def received(app: Flask) -> list[str]:
    """Return the things of the events that a listener of the ledger has received."""
    received: list[str] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        received.append(event.thing)

    subscribe(app, note)
    return received


def sell(thing: str = "book") -> None:
    publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def test_an_event_is_delivered_after_the_commit(
    app: Flask, received: list[str]
) -> None:
    publish(ThingSold(thing="book"))
    assert received == []
    db.get_session("shop").commit()
    assert received == ["book"]
    db.get_session("shop").commit()
    assert received == ["book"]


def test_a_rollback_drops_the_event(app: Flask, received: list[str]) -> None:
    session = db.get_session("shop")
    session.execute(sa.select(1))
    publish(ThingSold(thing="book"))
    session.rollback()
    session.commit()
    assert received == []


def test_the_rollback_of_a_savepoint_drops_its_events(
    app: Flask, received: list[str]
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
    assert received == ["book", "map"]


def test_the_release_of_a_savepoint_does_not_commit_its_events(
    app: Flask, received: list[str]
) -> None:
    session = db.get_session("shop")
    with session.begin_nested():
        publish(ThingSold(thing="book"))
    assert received == []
    session.rollback()
    session.commit()
    assert received == []


def test_a_listener_has_contexts_of_its_own(app: Flask) -> None:
    g.mark = "publisher"
    marks: list[object] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        marks.extend([g.get("mark"), url_for("static", filename="a.css")])

    subscribe(app, note)
    sell()
    assert marks == [None, "/static/a.css"]


def test_only_a_delivery_has_an_idempotency_key(app: Flask) -> None:
    keys: list[str | None] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        keys.append(idempotency_key())

    subscribe(app, note)
    assert idempotency_key() is None
    sell()
    assert keys[0] is not None
    assert keys[0].endswith("/ledger.note")


def test_a_failed_listener_is_raised_in_development(
    app: Flask, received: list[str]
) -> None:
    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError("broken")

    subscribe(app, break_down)
    with pytest.raises(ExceptionGroup, match="listeners failed") as failures:
        sell()
    assert [str(each) for each in failures.value.exceptions] == ["broken"]
    assert received == ["book"]


def test_a_failed_listener_is_logged_in_production(
    app: Flask, received: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError("broken")

    app.config["EVENTS_RAISE"] = False  # as in production
    subscribe(app, break_down)
    sell()
    assert received == ["book"]
    assert "ledger.break_down failed" in caplog.text
    assert "ValueError: broken" in caplog.text


def test_the_work_of_a_failed_listener_is_rolled_back(app: Flask) -> None:
    @listens(ThingSold)
    def record(event: ThingSold) -> None:
        session = db.get_session("ledger")
        session.execute(sa.text("INSERT INTO sale VALUES (:thing)"), vars(event))
        if event.thing == "pen":
            raise ValueError("broken")

    subscribe(app, record)
    with db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE sale (thing TEXT)"))
    sell("book")
    with pytest.raises(ExceptionGroup):
        sell("pen")
    with db.engine.connect() as connection:
        assert list(connection.scalars(sa.text("SELECT * FROM sale"))) == ["book"]


def test_an_event_that_can_not_be_stored_is_refused(tmp_path: Path) -> None:
    class ThingLost(Event):
        thing: object

    ThingLost.__module__ = "found.shop.events"
    file = ModuleType("found.shop.events")
    file.ThingLost = dataclass(frozen=True)(ThingLost)  # type: ignore[attr-defined]
    app = make_app(f"sqlite:///{tmp_path / 'events.db'}")
    with pytest.raises(ModuleError, match=r"shop\.ThingLost can't be stored"):
        events.register(app, file)


def test_an_order_by_an_unknown_field_is_refused(app: Flask) -> None:
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


def test_the_annotation_of_a_listener_is_checked(app: Flask) -> None:
    @listens(ThingSold)
    def note(event: Event) -> None: ...

    with pytest.raises(ModuleError, match="Annotate it as ThingSold"):
        subscribe(app, note)


def test_listening_to_an_absent_module_has_no_effect(app: Flask) -> None:
    @listens("tax.TaxRaised")
    def note(event: "TaxRaised") -> None: ...  # type: ignore[name-defined]  # noqa: F821

    subscribe(app, note)


@pytest.mark.parametrize(
    ("environment", "engine"),
    [
        ({}, "inline"),
        ({"APP_ENV": "production"}, "thread"),
        ({"CELERY_BROKER_URL": "memory://"}, "celery"),
        ({"CELERY_BROKER_URL": "memory://", "EVENTS_ENGINE": "worker"}, "worker"),
    ],
)
def test_the_engine_follows_the_environment(
    environment: dict[str, Any], engine: str, tmp_path: Path
) -> None:
    if "CELERY_BROKER_URL" in environment:
        pytest.importorskip("celery")
    required: dict[str, Any] = {
        "SECRET_KEY": "0123456789" * 4,
        "BASE_URL": "https://example.com",
    }
    url = f"sqlite:///{tmp_path / 'events.db'}"
    app = make_app(url, **required, **environment)
    assert app.config["EVENTS_ENGINE"] == engine
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ("kafka", "EVENTS_ENGINE is 'kafka': use one of inline, thread, worker"),
        ("celery", "CELERY_BROKER_URL is not set"),
    ],
)
def test_an_unknown_engine_is_refused(engine: str, reason: str) -> None:
    with pytest.raises(StartupError, match=reason):
        make_app("sqlite://", EVENTS_ENGINE=engine)


def test_an_app_without_the_outbox_delivers_in_process(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'events.db'}", layers=False)
    received: list[str] = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        received.append(event.thing)

    subscribe(app, note)
    with app.app_context():
        sell()
        assert received == ["book"]
        assert sa.inspect(db.engine).get_table_names() == []
        db.engine.dispose()
