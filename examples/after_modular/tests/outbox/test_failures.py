"""Failed and killed deliveries are retried, and dead-lettered in the end."""

import threading
from datetime import timedelta

import sqlalchemy as sa

from kernel import Kernel, db, idempotency_key, listens, utcnow
from kernel.deliveries.delivery import deliver_due
from kernel.outbox import queue
from kernel.outbox.models import State, table

from ..kernel.shop import ThingSold, subscribe
from .ledger import MakeApp, advance_time, deliveries, record, recorded, sell


def test_the_time_between_retries_doubles(make: MakeApp) -> None:
    fails = iter([True, True, False])

    @listens(ThingSold)
    def fail_at_first(event: ThingSold) -> None:
        if next(fails):
            raise ValueError("not yet")

    app = make(EVENTS_BACKOFF=10)
    subscribe(app, fail_at_first)
    with app.app_context():
        sell("book")
        assert [str(failure) for failure in deliver_due()] == ["not yet"]
        assert deliver_due() == []
        waiting = deliveries()[1]
        assert waiting.state == State.PENDING
        assert "ValueError: not yet" in waiting.error
        advance_time(11)
        assert len(deliver_due()) == 1
        advance_time(11)
        assert deliver_due() == []  # it waits twice as long now
        assert deliveries()[1].state == State.PENDING
        advance_time(21)
        assert deliver_due() == []
        assert [row.state for row in deliveries()] == [State.COMPLETED] * 2
        assert recorded() == ["book"]


def test_a_delivery_out_of_attempts_is_dead_lettered(
    make: MakeApp,
) -> None:
    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        raise ValueError(event.thing)

    app = make(EVENTS_MAX_ATTEMPTS=2, EVENTS_BACKOFF=0)
    subscribe(app, break_down)
    with app.app_context():
        sell("book", "pen")
        deliver_due()
        assert recorded() == ["book", "pen"]
        failed = [row for row in deliveries() if row.state == State.FAILED]
        assert [(row.listener, row.attempts) for row in failed] == [
            ("ledger.break_down", 2),
            ("ledger.break_down", 2),
        ]


def test_the_idempotency_key_is_the_same_on_each_attempt(make: MakeApp) -> None:
    keys: list[str | None] = []

    @listens(ThingSold)
    def fail_at_first(event: ThingSold) -> None:
        keys.append(idempotency_key())
        if len(keys) == 1:
            raise ValueError("once")

    app = make(EVENTS_BACKOFF=0)
    subscribe(app, fail_at_first)
    with app.app_context():
        sell("book")
        deliver_due()
        deliver_due()
        assert len(keys) == 2
        assert keys[0] == keys[1]
        sell("book")
        deliver_due()
        assert keys[2] not in (None, keys[0])


def test_the_time_between_retries_is_limited(make: MakeApp) -> None:
    with make(EVENTS_MAX_ATTEMPTS=10_000).app_context():
        sell("book")
        with db.engine.begin() as connection:
            connection.execute(sa.update(table).values(attempts=999))
        (row,) = queue.claim(["ledger.record"], limit=1)
        queue.fail(row, "again")
        assert deliveries()[0].due_at <= utcnow() + timedelta(hours=1)


def test_a_lower_limit_of_attempts_applies_to_pending_deliveries(make: MakeApp) -> None:
    with make(EVENTS_MAX_ATTEMPTS=2).app_context():
        sell("book")
        with db.engine.begin() as connection:
            connection.execute(sa.update(table).values(attempts=3))
        deliver_due()
        assert recorded() == []
        assert deliveries()[0].state == State.FAILED


def test_the_claim_of_a_killed_process_times_out(make: MakeApp) -> None:
    app = make(EVENTS_STALE_AFTER=60)
    with app.app_context():
        sell("book")
        assert len(queue.claim(["ledger.record"], limit=1)) == 1  # and is killed
        assert deliver_due() == []
        assert recorded() == []
        advance_time(61)
        deliver_due()
        assert recorded() == ["book"]
        assert deliveries()[0].attempts == 2


def test_a_delivery_that_kills_its_process_is_dead_lettered(make: MakeApp) -> None:
    app = make(EVENTS_MAX_ATTEMPTS=2)
    with app.app_context():
        sell("book")
        for _ in range(2):
            assert queue.claim(["ledger.record"], limit=1)
            advance_time(61)
        deliver_due()
        assert recorded() == []
        assert deliveries()[0].state == State.FAILED
        assert "every attempt ended with its process" in deliveries()[0].error


def test_a_delivery_that_kills_its_process_does_not_fail_others(make: MakeApp) -> None:
    app = make(EVENTS_MAX_ATTEMPTS=3)
    with app.app_context():
        sell("poison", "book", "pen")
        poison, *_ = queue.claim(["ledger.record"], limit=10)  # and is killed
        for _ in range(2):
            advance_time(61)
            sell("later")
            *_, last = queue.claim(["ledger.record"], limit=10)
            assert last.id == poison.id  # the only retry, and the last
            advance_time(61)
        deliver_due()
        assert sorted(recorded()) == ["book", "later", "later", "pen"]
        assert [row.id for row in deliveries() if row.state == State.FAILED] == [
            poison.id
        ]


def test_an_attempt_that_outlives_its_claim_has_no_effect(make: MakeApp) -> None:
    @listens(ThingSold)
    def work_slowly(event: ThingSold) -> None:
        record(event)
        if threading.current_thread() is not threading.main_thread():
            db.get_session("ledger").rollback()  # SQLite has one writer
            is_slow.set()
            is_done.wait(10)
            record(event)

    is_slow, is_done = threading.Event(), threading.Event()
    app = make()
    Kernel.of(app).subscriptions.clear()
    subscribe(app, work_slowly)

    def deliver() -> None:
        with app.app_context():
            deliver_due()

    with app.app_context():
        sell("book")
        slow = threading.Thread(target=deliver)
        slow.start()
        assert is_slow.wait(10)
        advance_time(61)
        deliver_due()
        is_done.set()
        slow.join()
        assert recorded() == ["book"]
        assert deliveries()[0].state == State.COMPLETED
