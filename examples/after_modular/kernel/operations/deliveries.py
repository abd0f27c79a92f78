"""Event deliveries: their metrics, log lines and traces, and their doctor check.

Imported only if the app has the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app, g
from prometheus_client import Counter, Histogram

from kernel import Event, Kernel, current_kernel, pending_migrations
from kernel.deliveries.delivery import delivered, delivering
from kernel.deliveries.log import overdue
from kernel.outbox import module as outbox
from kernel.outbox.dispatcher import recording

from .doctor_checks import CheckResult
from .logs import access_logger, has_access_log, milliseconds
from .metrics import process_registry
from .settings import OperationsSettings

DELIVERIES = Counter(
    "event_deliveries",
    "Delivery attempts by their outcome",
    ["event", "listener", "outcome"],
    registry=process_registry,
)
DURATION = Histogram(
    "event_delivery_duration_seconds",
    "Duration of delivery attempts",
    ["listener"],
    registry=process_registry,
)


def init_app(app: Flask, settings: OperationsSettings) -> None:
    """Observe the deliveries of the app."""
    recording.connect(_store_request_id, app)
    delivering.connect(_bind_context, app)
    delivered.connect(_count, app)
    if has_access_log(app, settings):
        delivered.connect(_log, app)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from . import tracing

        recording.connect(tracing.store_context, app)
        delivering.connect(tracing.continue_trace, app)
        delivered.connect(tracing.set_outcome, app)
    Kernel.of(app).doctor_checks.append(check_events)


def check_events() -> Iterator[CheckResult]:
    """Check for deliveries that failed, and for those that no process attempts."""
    log = current_kernel.delivery_log
    if log is None or outbox.name in pending_migrations():
        return
    if failed := log.counts()["FAILED"]:
        found = f"{failed} failed deliveries"
        fix = (
            "List them with flask events list --state failed, fix the cause, and run "
            "flask events retry --all."
        )
        yield CheckResult("WARN", "events", found, fix)
    engine = current_app.config["EVENTS_ENGINE"]
    if late := overdue():
        fix = {
            "worker": "Start flask events work.",
            "celery": "Start celery -A kernel.dispatchers.celery_app worker.",
        }.get(engine, "Start the app, which delivers events itself.")
        yield CheckResult("FAIL", "events", f"{late} overdue deliveries", fix)
    else:
        yield CheckResult("OK", "events", f"none is overdue; the engine is {engine}")


def _store_request_id(app: Flask, *, event: Event, headers: dict[str, str]) -> None:
    if origin := g.get("request_id"):
        headers["request_id"] = origin


def _bind_context(
    app: Flask, *, row: sa.Row[Any], headers: dict[str, str], stack: ExitStack
) -> None:
    """Restore the ID of the request that published the event; add fields to logs."""
    fields = {
        "module": row.listener.partition(".")[0],
        "event_name": row.event,
        "event_id": row.event_id,
        "listener": row.listener,
    }
    if origin := headers.get("request_id"):
        fields["request_id"] = g.request_id = origin
    stack.enter_context(structlog.contextvars.bound_contextvars(**fields))


def _count(app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float) -> None:
    DELIVERIES.labels(row.event, row.listener, outcome).inc()
    DURATION.labels(row.listener).observe(seconds)


def _log(app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float) -> None:
    access_logger().info(
        f"{row.event} {row.listener} {outcome}",
        outcome=outcome,
        duration_ms=milliseconds(seconds),
    )
