"""The outbox: an event that was committed arrives, and its effect counts once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import outbox
from core.database import db, utcnow
from core.events import idempotency_key, listens, publish
from outbox import queue
from outbox.models import Delivery, State

from .shop import ThingSold, make_app, subscribe

MakeApp = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeApp]:
    """Return a function that makes an app; all share one database."""
    url = f"sqlite:///{tmp_path / 'outbox.db'}"
    apps: list[Flask] = []

    def make(**settings: object) -> Flask:
        app = make_app(url, **{"EVENTS_ENGINE": "worker", **settings})
        apps.append(app)
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(
                sa.text("CREATE TABLE IF NOT EXISTS sale (thing TEXT, key TEXT)")
            )
        subscribe(app, write_down)
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@listens(ThingSold)
def write_down(event: ThingSold) -> None:
    sale = sa.text("INSERT INTO sale VALUES (:thing, :key)")
    key = idempotency_key()
    db.get_session("books").execute(sale, {"thing": event.thing, "key": key})


def sell(*things: str) -> None:
    for thing in things:
        publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def sold() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT thing FROM sale")))


def deliveries() -> list[sa.Row]:
    with db.engine.connect() as connection:
        return list(
            connection.execute(sa.select(queue.table).order_by(queue.table.c.id))
        )


def let_time_pass(seconds: float) -> None:
    """Let what is due in that time be due now."""
    earlier = sa.update(Delivery).values(due_at=utcnow() - timedelta(seconds=1))
    soon = Delivery.due_at <= utcnow() + timedelta(seconds=seconds)
    with db.engine.begin() as connection:
        connection.execute(earlier.where(soon))


def test_another_process_delivers(make: MakeApp) -> None:
    with make().app_context():
        sell("book")
        assert sold() == []
        assert outbox.counts()[State.PENDING] == 1
    with make().app_context():
        assert outbox.deliver_due() == []
        assert sold() == ["book"]
        assert outbox.counts()[State.COMPLETED] == 1


def test_a_failure_is_tried_again_later_each_time(make: MakeApp) -> None:
    fails = iter([True, True, False])

    @listens(ThingSold)
    def stumble(event: ThingSold) -> None:
        if next(fails):
            raise ValueError("not yet")

    app = make(EVENTS_BACKOFF=10)
    subscribe(app, stumble)
    with app.app_context():
        sell("book")
        assert [str(failure) for failure in outbox.deliver_due()] == ["not yet"]
        assert outbox.deliver_due() == []
        waiting = deliveries()[1]
        assert waiting.state == State.PENDING
        assert "ValueError: not yet" in waiting.error
        let_time_pass(11)
        assert len(outbox.deliver_due()) == 1
        let_time_pass(11)
        assert outbox.deliver_due() == []  # it waits twice as long now
        assert deliveries()[1].state == State.PENDING
        let_time_pass(21)
        assert outbox.deliver_due() == []
        assert [row.state for row in deliveries()] == [State.COMPLETED] * 2
        assert sold() == ["book"]


def test_what_fails_each_time_is_given_up_and_blocks_nobody(make: MakeApp) -> None:
    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError(event.thing)

    app = make(EVENTS_MAX_ATTEMPTS=2, EVENTS_BACKOFF=0)
    subscribe(app, break_down)
    with app.app_context():
        sell("book", "pen")
        outbox.deliver_due()
        assert sold() == ["book", "pen"]
        failed = [row for row in deliveries() if row.state == State.FAILED]
        assert [(row.listener, row.attempts) for row in failed] == [
            ("books.break_down", 2),
            ("books.break_down", 2),
        ]


def test_half_of_a_listener_is_rolled_back(make: MakeApp) -> None:
    @listens(ThingSold)
    def half(event: ThingSold) -> None:
        write_down(event)
        db.get_session("books").flush()
        raise ValueError("in the middle")

    app = make()
    subscribe(app, half)
    with app.app_context():
        sell("book")
        outbox.deliver_due()
        assert sold() == ["book"]


def test_a_listener_must_not_commit(make: MakeApp) -> None:
    @listens(ThingSold)
    def hasty(event: ThingSold) -> None:
        write_down(event)
        db.get_session("books").commit()

    app = make()
    subscribe(app, hasty)
    with app.app_context():
        sell("book")
        (failure,) = outbox.deliver_due()
        assert "books.hasty() commits. Leave that to the outbox" in str(failure)
        assert sold() == ["book"]


def test_who_was_killed_keeps_nothing(make: MakeApp) -> None:
    app = make(EVENTS_STALE_AFTER=60)
    with app.app_context():
        sell("book")
        assert len(queue.claim(["books.write_down"], limit=1)) == 1  # and is killed
        assert outbox.deliver_due() == []
        assert sold() == []
        let_time_pass(61)
        outbox.deliver_due()
        assert sold() == ["book"]
        assert deliveries()[0].attempts == 2


def test_what_kills_its_process_each_time_is_given_up(make: MakeApp) -> None:
    app = make(EVENTS_MAX_ATTEMPTS=2)
    with app.app_context():
        sell("book")
        for _ in range(2):
            assert queue.claim(["books.write_down"], limit=1)
            let_time_pass(61)
        assert outbox.deliver_due() == []
        queue.sweep()
        assert deliveries()[0].state == State.FAILED
        assert "ended, or took too long" in deliveries()[0].error


def test_who_took_too_long_changes_nothing(make: MakeApp) -> None:
    @listens(ThingSold)
    def dawdle(event: ThingSold) -> None:
        write_down(event)
        if threading.current_thread() is not threading.main_thread():
            db.get_session("books").rollback()  # SQLite has one writer
            let_time_pass(61)
            write_down(event)
            db.get_session("books").rollback()
            is_slow.set()
            is_done.wait(10)
            write_down(event)

    is_slow, is_done = threading.Event(), threading.Event()
    app = make()
    app.extensions["events"].listeners.clear()
    subscribe(app, dawdle)

    def deliver() -> None:
        with app.app_context():
            outbox.deliver_due()

    with app.app_context():
        sell("book")
        slow = threading.Thread(target=deliver)
        slow.start()
        assert is_slow.wait(10)
        outbox.deliver_due()
        is_done.set()
        slow.join()
        assert sold() == ["book"]
        assert deliveries()[0].state == State.COMPLETED


def test_several_at_once_deliver_each_once(make: MakeApp) -> None:
    app = make()

    def deliver(_: int) -> None:
        with app.app_context():
            outbox.deliver_due()

    with app.app_context():
        things = [f"thing {number}" for number in range(40)]
        sell(*things)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(deliver, range(4)))
        assert sorted(sold()) == sorted(things)


def test_the_key_is_the_same_at_each_try(make: MakeApp) -> None:
    keys: list[str | None] = []

    @listens(ThingSold)
    def stumble(event: ThingSold) -> None:
        keys.append(idempotency_key())
        if len(keys) == 1:
            raise ValueError("once")

    app = make(EVENTS_BACKOFF=0)
    subscribe(app, stumble)
    with app.app_context():
        sell("book")
        outbox.deliver_due()
        outbox.deliver_due()
        assert len(keys) == 2
        assert keys[0] == keys[1]
        sell("book")
        outbox.deliver_due()
        assert keys[2] not in (None, keys[0])


def test_order_is_kept_where_it_is_asked_for(make: MakeApp) -> None:
    heard: list[tuple[str, int]] = []
    fails = iter([True])

    @listens(ThingSold, ordered_by="thing")
    def in_order(event: ThingSold) -> None:
        if event.thing == "book" and next(fails, False):
            raise ValueError("once")
        heard.append((event.thing, event.price))

    app = make(EVENTS_BACKOFF=10)
    subscribe(app, in_order)
    with app.app_context():
        for price in (1, 2):
            publish(ThingSold(thing="book", price=price))
            publish(ThingSold(thing="pen", price=price))
        db.get_session("shop").commit()
        outbox.deliver_due()
        assert heard == [("pen", 1), ("pen", 2)]
        let_time_pass(11)
        outbox.deliver_due()
        assert heard[2:] == [("book", 1), ("book", 2)]


def test_a_given_up_one_holds_up_its_own_key_only(make: MakeApp) -> None:
    heard: list[str] = []
    is_broken = True

    @listens(ThingSold, ordered_by="thing")
    def in_order(event: ThingSold) -> None:
        if event.thing == "book" and is_broken:
            raise ValueError("broken")
        heard.append(event.thing)

    app = make(EVENTS_MAX_ATTEMPTS=1)
    subscribe(app, in_order)
    with app.app_context():
        sell("book", "book", "pen")
        outbox.deliver_due()
        outbox.deliver_due()
        assert heard == ["pen"]
        is_broken = False
        assert queue.retry() == 1
        outbox.deliver_due()
        assert heard == ["pen", "book", "book"]


def test_what_nobody_here_listens_to_waits(make: MakeApp) -> None:
    app = make()
    with app.app_context():
        sell("book")
        app.extensions["events"].listeners.clear()
        outbox.deliver_due()
        assert outbox.counts()[State.PENDING] == 1


def test_what_is_long_done_is_forgotten(make: MakeApp) -> None:
    app = make(EVENTS_KEEP_DAYS=7)
    with app.app_context():
        sell("old", "new")
        outbox.deliver_due()
        old = sa.update(Delivery).where(Delivery.id == 1)
        with db.engine.begin() as connection:
            connection.execute(old.values(finished_at=utcnow() - timedelta(days=8)))
        queue.sweep()
        assert [row.id for row in deliveries()] == [2]


def test_a_thread_delivers_beside_the_requests(make: MakeApp) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        sell("book")
        deadline = time.monotonic() + 10
        while not sold() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert sold() == ["book"]
    app.extensions["outbox"].stop()


def test_a_thread_waits_for_a_database_that_is_away(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        rename = "ALTER TABLE {} RENAME TO {}"
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("outbox_delivery", "away")))
        app.extensions["outbox"].wake()
        deadline = time.monotonic() + 10
        while "can't reach its table" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("away", "outbox_delivery")))
        sell("book")
        while not sold():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    app.extensions["outbox"].stop()


def test_who_watches_hears_how_it_ended(make: MakeApp) -> None:
    outcomes: list[tuple[str, str]] = []

    def note(app: Flask, row: sa.Row, outcome: str, seconds: float) -> None:
        outcomes.append((row.listener, outcome))
        assert seconds >= 0

    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError

    app = make(EVENTS_MAX_ATTEMPTS=2, EVENTS_BACKOFF=0)
    subscribe(app, break_down)
    with app.app_context(), outbox.delivered.connected_to(note, app):
        sell("book")
        outbox.deliver_due()
    assert outcomes == [
        ("books.write_down", "completed"),
        ("books.break_down", "retried"),
        ("books.break_down", "failed"),
    ]


def test_headers_go_with_the_event(make: MakeApp) -> None:
    def add(app: Flask, event: ThingSold, headers: dict[str, str]) -> None:
        headers["traceparent"] = event.thing

    app = make()
    with app.app_context(), outbox.recording.connected_to(add, app):
        sell("book")
        assert deliveries()[0].headers == '{"traceparent": "book"}'


def test_what_kills_its_process_takes_nobody_along(make: MakeApp) -> None:
    app = make(EVENTS_MAX_ATTEMPTS=3)
    with app.app_context():
        sell("poison", "book", "pen")
        poison, *_ = queue.claim(["books.write_down"], limit=10)  # and is killed
        for _ in range(2):
            let_time_pass(61)
            sell("later")
            *_, last = queue.claim(["books.write_down"], limit=10)
            assert last.id == poison.id  # alone of those that were tried, and last
            let_time_pass(61)
        queue.sweep()
        outbox.deliver_due()
        assert sorted(sold()) == ["book", "later", "later", "pen"]
        assert [row.id for row in deliveries() if row.state == State.FAILED] == [
            poison.id
        ]


def test_who_stops_gives_back_what_was_not_begun(make: MakeApp) -> None:
    with make().app_context():
        sell("book", "pen", "cup")
        asked = iter([False, True])
        outbox.deliver_due(until=lambda: next(asked))
        assert sold() == ["book"]
        assert [(row.state, row.attempts) for row in deliveries()] == [
            (State.COMPLETED, 1),
            (State.PENDING, 0),
            (State.PENDING, 0),
        ]
        outbox.deliver_due()
        assert sold() == ["book", "pen", "cup"]


def test_the_wait_between_tries_has_an_end(make: MakeApp) -> None:
    with make(EVENTS_MAX_ATTEMPTS=10_000).app_context():
        sell("book")
        with db.engine.begin() as connection:
            connection.execute(sa.update(Delivery).values(attempts=999))
        (row,) = queue.claim(["books.write_down"], limit=1)
        queue.fail(row, "again")
        assert deliveries()[0].due_at <= utcnow() + timedelta(hours=1)


def test_with_fewer_tries_allowed_what_had_more_is_given_up(make: MakeApp) -> None:
    with make(EVENTS_MAX_ATTEMPTS=2).app_context():
        sell("book")
        with db.engine.begin() as connection:
            connection.execute(sa.update(Delivery).values(attempts=3))
        queue.sweep()
        assert deliveries()[0].state == State.FAILED


def test_a_thread_outlives_what_nobody_foresaw(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    contexts = app.extensions["outbox_contexts"]
    contexts.append(lambda row, headers: 1 / 0)
    with app.app_context():
        sell("book")
        wait_for(lambda: "ZeroDivisionError" in caplog.text)
        contexts.clear()
        sell("pen")
        wait_for(lambda: sold() == ["pen"])
    app.extensions["outbox"].stop()


def test_who_never_rests_sweeps_all_the_same(make: MakeApp) -> None:
    @listens(ThingSold)
    def sell_another(event: ThingSold) -> None:
        publish(ThingSold(thing="another"))
        db.get_session("shop").commit()

    app = make(EVENTS_ENGINE="thread", EVENTS_STALE_AFTER=1, EVENTS_KEEP_DAYS=0)
    with app.app_context():
        sell("book")
        wait_for(lambda: outbox.counts()[State.COMPLETED] == 1)
        subscribe(app, sell_another)
        sell("pen")
        wait_for(lambda: 1 not in [row.id for row in deliveries()])
    app.extensions["outbox"].stop()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["events", *arguments])
    return result.exit_code, result.output


def test_the_command_lists_retries_and_purges(make: MakeApp) -> None:
    is_broken = True

    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        if is_broken:
            raise ValueError("broken")

    app = make(EVENTS_MAX_ATTEMPTS=1)
    subscribe(app, break_down)
    with app.app_context():
        sell("book")
    assert run(app, "work", "--until-empty")[0] == 1
    _, listed = run(app, "list")
    assert "2  FAILED  shop.ThingSold -> books.break_down  1 try" in listed
    assert "ValueError: broken" in listed
    assert "1 completed, 1 failed" in listed
    assert "COMPLETED" in run(app, "list", "--state", "completed")[1]
    assert run(app, "retry", "1") == (
        1,
        "Error: 0 will be tried again; 1 of these ids have not failed.\n",
    )
    assert run(app, "retry")[0] == 2
    is_broken = False
    assert run(app, "retry", "2") == (0, "1 will be tried again.\n")
    assert run(app, "work", "--until-empty") == (0, "")
    assert run(app, "purge")[0] == 2
    assert (
        run(app, "purge", "--completed", "--days", "1")[1] == "0 completed deleted.\n"
    )
    assert run(app, "purge", "--completed")[1] == "2 completed deleted.\n"


def test_a_module_may_have_workers_of_its_own(make: MakeApp) -> None:
    app = make()
    with app.app_context():
        sell("book")
    assert run(app, "work", "--until-empty", "--except", "books") == (0, "")
    with app.app_context():
        assert sold() == []
    assert run(app, "work", "--until-empty", "--only", "shop") == (0, "")
    with app.app_context():
        assert sold() == []
    assert run(app, "work", "--until-empty", "--only", "books") == (0, "")
    with app.app_context():
        assert sold() == ["book"]
    code, told = run(app, "work", "--only", "boks")
    assert code == 2
    assert "There is no module boks." in told
