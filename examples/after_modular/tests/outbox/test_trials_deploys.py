"""Trials: deliveries that wait while the code, the process or the clock changes."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import click
import pytest
import sqlalchemy as sa
from flask import Flask

from kernel import Kernel, db, listens, utcnow
from kernel.deliveries.delivery import deliver_due
from kernel.deliveries.log import ORPHANED, OutboxLog, overdue
from kernel.loader import app_loaded
from kernel.operations import health
from kernel.outbox import queue
from kernel.outbox.models import table
from kernel.runtime import QuarantinedModule

from ..kernel.shop import LEDGER, SHOP, subscribe
from .world import World


def upcast_price(fields: dict[str, Any], version: int) -> dict[str, Any]:
    assert version == 1
    return {"thing": fields["thing"], "cents": fields["price"] * 100}


NEW_VERSION: dict[str, Any] = {
    "schema_version": 2,
    "upcast": staticmethod(upcast_price),
}

# The fields before and after a deploy, what else the class has then, and what the
# listener receives; or a part of the reason why it receives nothing.
FIELD_CHANGES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any] | str]] = {
    "none": ("thing: str", "thing: str", {}, {"thing": "book"}),
    "added with a default": (
        "thing: str",
        "thing: str; buyer: str | None = None",
        {},
        {"thing": "book", "buyer": None},
    ),
    "added without a default": ("thing: str", "thing: str; buyer: str", {}, "buyer"),
    "removed": ("thing: str; price: int", "thing: str", {}, {"thing": "book"}),
    "renamed": ("thing: str; price: int", "thing: str; cents: int", {}, "cents"),
    "renamed, with a default": (
        "thing: str; price: int",
        "thing: str; cents: int = 1",
        {},
        "no cents, and price is unknown",
    ),
    "renamed, with an upcast": (
        "thing: str; price: int",
        "thing: str; cents: int",
        NEW_VERSION,
        {"thing": "book", "cents": 500},
    ),
    "of another type": ("thing: str; price: int", "thing: int", {}, "'book'"),
    "no longer empty": (
        "thing: str; price: int | None = None",
        "thing: str; price: str",
        {},
        "price",
    ),
    "as text": (
        "thing: str; price: int",
        "thing: str; price: str",
        {},
        "5 is not of the type str",
    ),
}


@pytest.mark.parametrize("name", FIELD_CHANGES)
def test_the_fields_of_a_waiting_event_change(world: World, name: str) -> None:
    before, after, attributes, expected = FIELD_CHANGES[name]
    event = world.deploy(before)
    world.note("shop.Sold")
    values = {"thing": "book", "price": None if "None" in before else 5}
    world.publish(event(**{k: v for k, v in values.items() if k in before}))

    event = world.deploy(after, **attributes)
    world.note("shop.Sold")
    code, told = world.run("check")
    failures = world.deliver()
    if isinstance(expected, dict):
        assert (code, failures) == (0, [])
        assert world.received == [event(**expected)]
        return
    assert code == 1
    assert expected in told
    assert "schema_version" in told
    assert "UnreadableEvent" in failures[0]
    assert world.states() == ["failed"]
    # With the fix, they are delivered.
    fixed = {"thing": 1} if after == "thing: int" else {"thing": "book"}
    others = {
        n: "5" if "price: str" in after else 5 for n in ("price", "cents") if n in after
    }
    others |= {"buyer": "Ada"} if "buyer" in after else {}

    def fix(fields: dict[str, Any], version: int) -> dict[str, Any]:
        return fixed | others

    event = world.deploy(after, schema_version=2, upcast=staticmethod(fix))
    world.note("shop.Sold")
    assert world.run("check")[0] == 0
    world.run("retry", "--all")
    assert world.deliver() == []
    assert world.received == [event(**fixed, **others)]


def test_an_older_process_leaves_a_newer_version_to_others(world: World) -> None:
    event = world.deploy("thing: str; cents: int", **NEW_VERSION)
    world.note("shop.Sold")
    world.publish(event(thing="book", cents=500))

    world.deploy("thing: str; price: int")
    world.note("shop.Sold")
    for _ in range(5):
        assert world.deliver() == []
        world.change(due_at=utcnow() - timedelta(seconds=1))
    assert world.states() == ["pending"]
    assert "reads up to version 1" in world.run("check")[1]

    event = world.deploy("thing: str; cents: int", **NEW_VERSION)
    world.note("shop.Sold")
    world.deliver()
    assert world.received == [event(thing="book", cents=500)]


def rename_event(world: World, *, is_kept: bool) -> None:
    names: dict[str, Any] = {"previous_names": ("shop.Sold",)} if is_kept else {}
    world.deploy("thing: str", name="ThingWasSold", **names)
    world.note("shop.ThingWasSold")


def rename_listener(world: World, *, is_kept: bool) -> None:
    @listens("shop.Sold", previous_names=("ledger.note",) if is_kept else ())
    def record(event):  # type: ignore[no-untyped-def]
        world.received.append(event)

    world.deploy("thing: str")
    world.listen(record)


def move_listener(world: World, *, is_kept: bool) -> None:
    @listens("shop.Sold", previous_names=("ledger.note",) if is_kept else ())
    def note(event):  # type: ignore[no-untyped-def]
        world.received.append(event)

    world.deploy("thing: str")
    subscribe(world.app, note, module=SHOP)


def remove_listener(world: World, *, is_kept: bool) -> None:
    world.deploy("thing: str")
    if is_kept:  # it was removed by mistake
        world.note("shop.Sold")


def remove_event(world: World, *, is_kept: bool) -> None:
    if is_kept:
        world.deploy("thing: str")
        world.note("shop.Sold")
    else:
        Kernel.of(world.app).events.clear()


def rename_publisher(world: World, *, is_kept: bool) -> None:
    kernel = Kernel.of(world.app)
    before = ("shop",) if is_kept else ()
    store = replace(SHOP, import_name="found.store", previous_names=before)
    kernel.active = {"store": store, "ledger": replace(LEDGER, depends_on=("store",))}
    world.deploy("thing: str", module="store")
    world.note("store.Sold", module=kernel.active["ledger"])


def rename_module(world: World, *, is_kept: bool) -> None:
    kernel = Kernel.of(world.app)
    before = ("ledger",) if is_kept else ()
    books = replace(LEDGER, import_name="found.books", previous_names=before)
    kernel.active = {"shop": SHOP, "books": books}
    world.deploy("thing: str")
    world.note("shop.Sold", module=books)


def remove_module(world: World, *, is_kept: bool) -> None:
    kernel = Kernel.of(world.app)
    world.deploy("thing: str")
    if is_kept:
        world.note("shop.Sold")
    else:
        kernel.active.pop("ledger")


CHANGES: dict[str, Callable[..., None]] = {
    "an event is renamed": rename_event,
    "an event is removed": remove_event,
    "a listener is renamed": rename_listener,
    "a listener is moved": move_listener,
    "a listener is removed": remove_listener,
    "the publisher's module is renamed": rename_publisher,
    "the listener's module is renamed": rename_module,
    "the listener's module is removed": remove_module,
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest, world: World) -> Callable[..., None]:
    """Return a change that comes while three deliveries wait."""
    event = world.deploy("thing: str")
    world.note("shop.Sold")
    world.publish(*(event(thing=thing) for thing in ("book", "pen", "cup")))
    return CHANGES[request.param]


def test_what_a_change_leaves_is_told_and_kept(
    world: World, change: Callable[..., None]
) -> None:
    change(world, is_kept=False)
    assert world.deliver() == []
    assert world.states() == ["pending"] * 3
    code, told = world.run("check")
    assert code == 1
    assert "deliveries waiting: 3" in told
    assert "previous_names" in told
    assert "flask events purge --orphaned" in told
    assert "orphaned" in world.run("list")[1]
    change(world, is_kept=True)
    assert world.run("check")[0] == 0
    assert world.deliver() == []
    assert [each.thing for each in world.received] == ["book", "pen", "cup"]


def test_what_a_change_leaves_is_no_longer_late(
    world: World, change: Callable[..., None]
) -> None:
    change(world, is_kept=False)
    world.change(due_at=utcnow() - timedelta(days=3))
    assert overdue() == 0
    log = OutboxLog()
    assert log.counts()[ORPHANED] == 3
    newest, *_ = log.find([ORPHANED], limit=2)
    assert log.retry([newest.id]) == 1
    assert log.purge([newest.id]) == 1
    assert world.run("purge", "--orphaned", "--days", "1")[1].startswith("Removed 0")
    assert world.run("purge", "--orphaned")[1].startswith("Removed 2")
    assert world.states() == []
    assert world.run("check")[0] == 0


def test_the_order_is_kept_when_a_listener_is_renamed(world: World) -> None:
    event = world.deploy("thing: str; n: int")
    world.note("shop.Sold", ordered_by="thing")
    world.publish(event(thing="book", n=1))
    world.change(due_at=utcnow() + timedelta(hours=1))  # it failed, and waits

    @listens("shop.Sold", ordered_by="thing", previous_names=("ledger.note",))
    def record(event):  # type: ignore[no-untyped-def]
        world.received.append(event.n)

    event = world.deploy("thing: str; n: int")
    world.listen(record)
    world.publish(event(thing="book", n=2), event(thing="pen", n=3))
    world.deliver()
    assert world.received == [3]
    world.change(due_at=utcnow() - timedelta(seconds=1))
    world.deliver()
    assert world.received == [3, 1, 2]


def test_a_process_without_the_new_listener_leaves_its_deliveries(world: World) -> None:
    event = world.deploy("thing: str")
    world.note("shop.Sold")
    world.publish(event(thing="book"))
    other = world.make_app()
    with other.app_context():
        assert deliver_due() == []
    assert world.states() == ["pending"]
    world.deliver()
    assert world.states() == ["completed"]


def test_a_quarantined_module_orphans_nothing(world: World) -> None:
    event = world.deploy("thing: str")
    world.note("shop.Sold")
    world.publish(event(thing="book"))
    kernel = Kernel.of(world.app)
    kernel.subscriptions.clear()
    kernel.active.pop("ledger")
    kernel.quarantined["ledger"] = QuarantinedModule(
        name="ledger", url_prefix="/ledger", reason="broken"
    )
    assert world.run("check")[0] == 0
    assert world.run("purge", "--orphaned")[1].startswith("Removed 0")
    assert world.states() == ["pending"]


@pytest.mark.parametrize("minutes", [-60, -5, 5, 60])
def test_the_clock_of_a_process_does_not_matter(
    world: World, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    world.note()
    real = time.time
    wrong = timedelta(minutes=minutes)

    class Clock(datetime):
        """A clock that is wrong."""

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + wrong

    monkeypatch.setattr("kernel.database.datetime", Clock)
    monkeypatch.setattr(time, "time", lambda: real() + wrong.total_seconds())
    world.sell("book")  # by a publisher with the wrong clock
    (row,) = queue.claim(["ledger.note"], limit=1)
    assert queue.claim(["ledger.note"], limit=1) == []  # by a worker with it
    queue.fail(row, "again")
    assert world.deliver() == []
    assert len(world.received) == 1
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(table)).one()
    monkeypatch.undo()
    for at in (found.published_at, found.due_at, found.finished_at):
        assert abs(at - utcnow()) < timedelta(minutes=2)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def process(world: World) -> Any:
    """Return an app with a thread, that listens, while a delivery waits."""
    world.note()
    world.sell("book")
    app = world.make_app(EVENTS_ENGINE="thread")
    here, world.app = world.app, app
    world.note()
    world.app = here
    yield app
    engine_of(app).stop()


def engine_of(app: Flask) -> Any:
    dispatcher: Any = Kernel.of(app).dispatcher
    return dispatcher.engine


def test_what_waits_is_delivered_after_a_start(world: World, process: Flask) -> None:
    app_loaded.send(process)
    wait_for(lambda: world.states() == ["completed"])


def test_a_command_delivers_nothing(world: World, process: Flask) -> None:
    @process.cli.command("look")
    @click.pass_context
    def look(context: click.Context) -> None:
        app_loaded.send(process)

    process.test_cli_runner().invoke(args=["look"])
    assert engine_of(process)._thread is None


def test_orphaned_deliveries_are_logged_at_the_start(
    world: World, process: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    world.change(listener="ledger.gone")
    app_loaded.send(process)
    wait_for(lambda: "there is no such listener" in caplog.text)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_each_fork_delivers(world: World, process: Flask) -> None:
    app_loaded.send(process)
    wait_for(lambda: world.states() == ["completed"])
    worker = engine_of(process)
    threads = []
    worker._work = lambda until: threads.append(os.getpid())
    if (pid := os.fork()) == 0:
        deadline = time.monotonic() + 10
        while os.getpid() not in threads and time.monotonic() < deadline:
            time.sleep(0.02)
        os._exit(0 if os.getpid() in threads else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    threads.clear()
    wait_for(lambda: os.getpid() in threads)


def test_a_dead_thread_is_not_ready(
    world: World, process: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "pending_migrations", dict)
    monkeypatch.setattr(health, "_describe", lambda pending: {})
    monkeypatch.setattr(health, "service_states", dict)
    process.register_blueprint(health.blueprint)
    client = process.test_client()

    def status() -> int:
        with client.get("/readyz") as response:
            return response.status_code

    app_loaded.send(process)
    wait_for(lambda: world.states() == ["completed"])
    assert status() == 200
    worker = engine_of(process)
    run, worker.run = worker.run, lambda: None
    worker._thread.join(0)
    worker._woken.set()
    dead = type(worker._thread)(target=lambda: None)
    dead.start()
    dead.join()
    living, worker._thread = worker._thread, dead
    assert status() == 503
    wait_for(lambda: not worker._thread.is_alive())
    assert status() == 503
    worker.run = run
    assert status() == 503  # it is started again
    assert status() == 200
    worker._stopped.set()
    living.join(5)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, BaseException])
def test_a_thread_survives_whatever_a_listener_raises(
    world: World, process: Flask, error: type[BaseException]
) -> None:
    def end(event: Any) -> None:
        raise error

    end.__annotations__.clear()
    world.listen(listens("shop.ThingSold")(end), app=process)
    app_loaded.send(process)
    wait_for(lambda: world.states() == ["completed"])
    with process.app_context():
        world.sell("pen")
    wait_for(lambda: sorted(world.states()) == ["completed", "completed", "failed"])
    assert engine_of(process)._thread.is_alive()
