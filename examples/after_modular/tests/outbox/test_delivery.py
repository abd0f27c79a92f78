"""An event that was committed arrives, and its effect counts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kernel import outbox
from kernel.database import db, utcnow
from kernel.events import listens, publish
from kernel.outbox import queue
from kernel.outbox.models import Delivery, State

from ..shop import ThingSold, subscribe
from .books import MakeApp, deliveries, let_time_pass, sell, sold, write_down


def test_another_process_delivers(make: MakeApp) -> None:
    with make().app_context():
        sell("book")
        assert sold() == []
        assert outbox.counts()[State.PENDING] == 1
    with make().app_context():
        assert outbox.deliver_due() == []
        assert sold() == ["book"]
        assert outbox.counts()[State.COMPLETED] == 1


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


def test_headers_go_with_the_event(make: MakeApp) -> None:
    def add(app: Flask, event: ThingSold, headers: dict[str, str]) -> None:
        headers["traceparent"] = event.thing

    app = make()
    with app.app_context(), outbox.recording.connected_to(add, app):
        sell("book")
        assert deliveries()[0].headers == '{"traceparent": "book"}'


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
