"""What fails is tried again, and given up in the end; so is what was killed."""

import threading
from datetime import timedelta

import sqlalchemy as sa

from kernel import outbox
from kernel.database import db, utcnow
from kernel.events import idempotency_key, listens
from kernel.outbox import queue
from kernel.outbox.models import Delivery, State

from ..shop import ThingSold, subscribe
from .books import MakeApp, deliveries, let_time_pass, sell, sold, write_down


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
