"""The doctor's checks of the database and of what lies in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from kernel import migrations, outbox
from kernel.database import db, utcnow
from kernel.outbox import queue
from kernel.outbox.models import State

from . import services
from .finding import Finding

FEW_PROCESSES = 4
SLOW_CLOCK = timedelta(seconds=2)
WORKERS_ANSWER_WITHIN = 2  # seconds


def check_connections() -> Iterator[Finding]:
    """Compare the connections that a process may take with those there are."""
    if db.engine.dialect.name != "postgresql":
        yield Finding("OK", "database", f"{db.engine.dialect.name} answers")
        return
    with db.engine.connect() as connection:
        limit, reserved = (
            int(connection.scalar(sa.text(f"SHOW {name}")) or 0)
            for name in ("max_connections", "superuser_reserved_connections")
        )
    config = current_app.config
    each = config["DATABASE_POOL_SIZE"] + config["DATABASE_MAX_OVERFLOW"]
    room = (limit - reserved) // each
    seen = f"postgresql answers; {limit} connections are enough for {room} processes"
    fix = (
        "Lower DATABASE_POOL_SIZE and DATABASE_MAX_OVERFLOW, raise max_connections, "
        "or put PgBouncer in between."
    )
    if room < 1:
        yield Finding("FAIL", "database", f"{seen} of up to {each} each", fix)
    elif room < FEW_PROCESSES:
        yield Finding("WARN", "database", f"{seen} of up to {each} each", fix)
    else:
        yield Finding("OK", "database", f"{seen} of up to {each} each")


def check_clock() -> Iterator[Finding]:
    """Compare this machine's clock with the database's."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        theirs = connection.scalar(sa.select(sa.func.clock_timestamp()))
    assert theirs is not None
    apart = abs(utcnow() - theirs)
    seen = f"{apart.total_seconds():.1f} s from the database's"
    if apart > SLOW_CLOCK:
        fix = "Events become due by it: let an NTP service set it."
        yield Finding("WARN", "clock", seen, fix)
    else:
        yield Finding("OK", "clock", seen)


def check_migrations() -> Iterator[Finding]:
    """Look for tables that are behind the code, then at the events."""
    if pending := migrations.pending():
        seen = f"not migrated: {', '.join(pending.values())}"
        yield Finding("FAIL", "tables", seen, "Run flask initialise.")
    else:
        yield Finding("OK", "tables", "all are migrated")
    if outbox.module.name not in pending:
        yield from _check_events()


def _check_events() -> Iterator[Finding]:
    counts = outbox.counts()
    if given_up := counts[State.FAILED]:
        seen = f"{given_up} deliveries have been given up"
        fix = "See flask events list --state failed, mend it, and flask events retry."
        yield Finding("WARN", "events", seen, fix)
    engine = current_app.config["EVENTS_ENGINE"]
    if late := queue.late():
        fix = {
            "worker": "Start flask events work.",
            "celery": "Start celery -A kernel.dispatchers.celery_app worker.",
        }.get(engine, "Start the app; it delivers events itself.")
        seen = f"{late} deliveries are late: nobody brings them"
        yield Finding("FAIL", "events", seen, fix)
    else:
        yield Finding("OK", "events", f"none is late; the engine is {engine}")
    if engine == "celery":
        yield _check_celery()


def _check_celery() -> Finding:
    from kernel.dispatchers.celery import make_celery

    if services.states()["broker"] != "ok":
        return Finding("FAIL", "workers", "can't be asked", "Start the broker first.")
    celery = make_celery(current_app._get_current_object())  # type: ignore[attr-defined]
    answers = celery.control.ping(timeout=WORKERS_ANSWER_WITHIN)
    if not answers:
        fix = "Start celery -A kernel.dispatchers.celery_app worker."
        return Finding("FAIL", "workers", "no Celery worker answers", fix)
    return Finding("OK", "workers", f"{len(answers)} answered")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_connections,
    check_clock,
    check_migrations,
)
