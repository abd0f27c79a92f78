"""A committed event is delivered, with exactly one effect."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kernel import Kernel, db, listens, publish, utcnow
from kernel.deliveries import worker
from kernel.deliveries.delivery import deliver_due, delivered, delivering
from kernel.deliveries.log import OutboxLog
from kernel.outbox.dispatcher import recording
from kernel.outbox.models import State, table

from ..kernel.shop import ThingSold, subscribe
from .ledger import MakeApp, advance_time, deliveries, record, recorded, sell


def test_another_process_delivers(make: MakeApp) -> None:
    with make().app_context():
        sell("book")
        assert recorded() == []
        assert OutboxLog().counts()[State.PENDING] == 1
    with make().app_context():
        assert deliver_due() == []
        assert recorded() == ["book"]
        assert OutboxLog().counts()[State.COMPLETED] == 1


def test_the_work_of_a_failed_listener_is_rolled_back(make: MakeApp) -> None:
    @listens(ThingSold)
    def half(event: ThingSold) -> None:
        record(event)
        db.get_session("ledger").flush()
        raise ValueError("in the middle")

    app = make()
    subscribe(app, half)
    with app.app_context():
        sell("book")
        deliver_due()
        assert recorded() == ["book"]


def test_a_listener_must_not_commit(make: MakeApp) -> None:
    @listens(ThingSold)
    def hasty(event: ThingSold) -> None:
        record(event)
        db.get_session("ledger").commit()

    app = make()
    subscribe(app, hasty)
    with app.app_context():
        sell("book")
        (failure,) = deliver_due()
        assert "ledger.hasty() commits. Leave that to the dispatcher" in str(failure)
        assert recorded() == ["book"]


def test_concurrent_workers_deliver_each_event_once(make: MakeApp) -> None:
    app = make()

    def deliver(_: int) -> None:
        with app.app_context():
            deliver_due()

    with app.app_context():
        things = [f"thing {number}" for number in range(40)]
        sell(*things)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(deliver, range(4)))
        assert sorted(recorded()) == sorted(things)


def test_a_stopped_worker_releases_what_it_has_not_attempted(make: MakeApp) -> None:
    with make().app_context():
        sell("book", "pen", "cup")
        must_stop = iter([False, True])
        deliver_due(until=lambda: next(must_stop))
        assert recorded() == ["book"]
        assert [(row.state, row.attempts) for row in deliveries()] == [
            (State.COMPLETED, 1),
            (State.PENDING, 0),
            (State.PENDING, 0),
        ]
        deliver_due()
        assert recorded() == ["book", "pen", "cup"]


def test_an_event_without_a_listener_here_stays_pending(make: MakeApp) -> None:
    app = make()
    with app.app_context():
        sell("book")
        Kernel.of(app).subscriptions.clear()
        deliver_due()
        assert OutboxLog().counts()[State.PENDING] == 1


def test_a_worker_purges_old_deliveries_between_two_deliveries(make: MakeApp) -> None:
    app = make(EVENTS_KEEP_DAYS=7)
    with app.app_context():
        sell("old", "new")
        deliver_due()
        old = sa.update(table).where(table.c.id == 1)
        with db.engine.begin() as connection:
            connection.execute(old.values(finished_at=utcnow() - timedelta(days=8)))

    def work(must_stop: Callable[[], bool]) -> None:
        busy._purge_at = 0.0  # a minute later
        assert must_stop() is False
        busy.stop()

    busy = worker.Worker(app, work)
    busy._purge_at = math.inf
    busy.run()
    with app.app_context():
        assert [row.id for row in deliveries()] == [2]


def test_deliveries_with_the_same_key_are_ordered(make: MakeApp) -> None:
    received: list[tuple[str, int]] = []
    fails = iter([True])

    @listens(ThingSold, ordered_by="thing")
    def in_order(event: ThingSold) -> None:
        if event.thing == "book" and next(fails, False):
            raise ValueError("once")
        received.append((event.thing, event.price))

    app = make(EVENTS_BACKOFF=10)
    subscribe(app, in_order)
    with app.app_context():
        for price in (1, 2):
            publish(ThingSold(thing="book", price=price))
            publish(ThingSold(thing="pen", price=price))
        db.get_session("shop").commit()
        deliver_due()
        assert received == [("pen", 1), ("pen", 2)]
        advance_time(11)
        deliver_due()
        assert received[2:] == [("book", 1), ("book", 2)]


def test_a_failed_delivery_blocks_its_own_key_only(make: MakeApp) -> None:
    received: list[str] = []
    is_broken = True

    @listens(ThingSold, ordered_by="thing")
    def in_order(event: ThingSold) -> None:
        if event.thing == "book" and is_broken:
            raise ValueError("broken")
        received.append(event.thing)

    app = make(EVENTS_MAX_ATTEMPTS=1)
    subscribe(app, in_order)
    with app.app_context():
        sell("book", "book", "pen")
        deliver_due()
        deliver_due()
        assert received == ["pen"]
        is_broken = False
        assert OutboxLog().retry() == 1
        deliver_due()
        assert received == ["pen", "book", "book"]


def test_headers_are_stored_with_the_event(make: MakeApp) -> None:
    def add(app: Flask, event: ThingSold, headers: dict[str, str]) -> None:
        headers["traceparent"] = event.thing

    app = make()
    with app.app_context(), recording.connected_to(add, app):
        sell("book")
        assert deliveries()[0].headers == '{"traceparent": "book"}'


def test_contexts_surround_a_delivery(make: MakeApp) -> None:
    steps: list[str] = []

    def enter(
        app: Flask, row: sa.Row[Any], headers: dict[str, str], stack: ExitStack
    ) -> None:
        steps.append(f"before {row.listener}")
        stack.callback(steps.append, "after")

    with make().app_context(), delivering.connected_to(enter):
        sell("book")
        deliver_due()
    assert steps == ["before ledger.record", "after"]


def test_each_attempt_is_signalled_with_its_outcome(make: MakeApp) -> None:
    outcomes: list[tuple[str, str]] = []

    def note(app: Flask, row: sa.Row[Any], outcome: str, seconds: float) -> None:
        outcomes.append((row.listener, outcome))
        assert seconds >= 0

    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError

    app = make(EVENTS_MAX_ATTEMPTS=2, EVENTS_BACKOFF=0)
    subscribe(app, break_down)
    with app.app_context(), delivered.connected_to(note, app):
        sell("book")
        deliver_due()
    assert outcomes == [
        ("ledger.record", "completed"),
        ("ledger.break_down", "retried"),
        ("ledger.break_down", "failed"),
    ]
