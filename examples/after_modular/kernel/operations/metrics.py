"""Metrics: what Prometheus scrapes at ``/metrics``.

With several processes, set ``PROMETHEUS_MULTIPROC_DIR`` to an empty folder that they
share: each process then answers for all of them.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    got_request_exception,
    request,
)
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from kernel import current_kernel, db

from .request_info import RequestInfo, module_of, request_finished
from .settings import OperationsSettings

process_registry = CollectorRegistry()
ProcessCollector(registry=process_registry)
REQUESTS = Counter(
    "http_requests",
    "Requests by their response status",
    ["module", "route", "method", "status"],
    registry=process_registry,
)
DURATION = Histogram(
    "http_request_duration_seconds",
    "Duration of requests",
    ["module", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5),
    registry=process_registry,
)
EXCEPTIONS = Counter(
    "http_request_exceptions",
    "Unhandled exceptions in requests",
    ["module", "exception"],
    registry=process_registry,
)
CONNECTIONS = Gauge(
    "database_connections_in_use",
    "Database connections that requests and deliveries hold",
    ["pool"],
    multiprocess_mode="livesum",
    registry=process_registry,
)

blueprint = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    """Count and time requests, and publish the metrics."""
    app.register_blueprint(blueprint)
    request_finished.connect(_count_request, app)
    got_request_exception.connect(_count_exception, app)
    with app.app_context():
        _observe_pool(db.engine.pool)


def has_metrics_token() -> bool:
    """Return whether the request sends ``METRICS_TOKEN`` as its bearer token."""
    token = OperationsSettings.current().METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the metrics; without ``METRICS_TOKEN`` in development only."""
    if OperationsSettings.current().METRICS_TOKEN:
        if not has_metrics_token():
            response = Response("Send METRICS_TOKEN as a bearer token.\n", 401)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
    elif current_app.config["PRODUCTION"]:
        abort(404)
    state_registry = CollectorRegistry()
    state_registry.register(StateCollector())
    body = generate_latest(_counters()) + generate_latest(state_registry)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


class StateCollector(Collector):
    """The state of modules, database and stored deliveries at the time of a scrape."""

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; without a database, those that need none."""
        modules = GaugeMetricFamily(
            "module_up", "1 for an active module, 0 if quarantined", labels=["module"]
        )
        for name in current_kernel.active:
            modules.add_metric([name], 1)
        for name in current_kernel.quarantined:
            modules.add_metric([name], 0)
        yield modules
        log = current_kernel.delivery_log
        try:
            with db.engine.connect() as connection:
                connection.execute(sa.select(1))
            counts = log.counts() if log else None
        except SQLAlchemyError:
            yield GaugeMetricFamily("database_up", "1 if the database answers", 0)
            return
        yield GaugeMetricFamily("database_up", "1 if the database answers", 1)
        if counts is not None:
            deliveries = GaugeMetricFamily(
                "outbox_deliveries", "Stored event deliveries", labels=["state"]
            )
            for state, count in counts.items():
                deliveries.add_metric([state.lower()], count)
            yield deliveries


def _counters() -> CollectorRegistry:
    """Return the counters of this process, or of all that share a folder."""
    if not (folder := OperationsSettings.current().PROMETHEUS_MULTIPROC_DIR):
        return process_registry
    if os.name == "posix":  # elsewhere, signal 0 would end the process
        _drop_gauges_of_dead_processes(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)
    return registry


def _drop_gauges_of_dead_processes(folder: Path) -> None:
    """Forget the connections that ended processes held; keep what they counted."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))
        except PermissionError:
            continue  # a live process of another user


def _count_request(
    app: Flask, *, info: RequestInfo, status: int, seconds: float
) -> None:
    REQUESTS.labels(info.module, info.route, info.method, str(status)).inc()
    DURATION.labels(info.module, info.route).observe(seconds)


def _count_exception(app: Flask, *, exception: Exception) -> None:
    # By the path: the exception may have come before the request had its labels.
    EXCEPTIONS.labels(module_of(request.path), type(exception).__name__).inc()


def _observe_pool(pool: sa.Pool) -> None:
    """Set the gauge whenever a connection is checked out or returned."""
    if not isinstance(pool, sa.QueuePool):
        return
    in_use = CONNECTIONS.labels("default")

    def on_checkout(*_: object) -> None:
        in_use.set(pool.checkedout())

    def on_checkin(*_: object) -> None:
        in_use.set(pool.checkedout() - 1)  # the event is sent before the return

    sa.event.listen(pool, "checkout", on_checkout)
    sa.event.listen(pool, "checkin", on_checkin)
