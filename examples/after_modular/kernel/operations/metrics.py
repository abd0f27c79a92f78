"""Metrics: what Prometheus reads at ``/metrics``.

With several processes, set ``PROMETHEUS_MULTIPROC_DIR`` to an empty folder that they
share: whichever process is asked then answers for all of them.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.signals import got_request_exception
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from kernel import outbox
from kernel.database import db
from kernel.exceptions import StartupError

from .figures import Figures
from .requests import Done, answered, module_of

counted = CollectorRegistry()
ProcessCollector(registry=counted)
REQUESTS = Counter(
    "http_requests",
    "Requests answered",
    ["module", "route", "method", "status"],
    registry=counted,
)
DURATION = Histogram(
    "http_request_duration_seconds",
    "How long requests took",
    ["module", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5),
    registry=counted,
)
EXCEPTIONS = Counter(
    "http_request_exceptions",
    "Exceptions that no page expected",
    ["module", "exception"],
    registry=counted,
)
DELIVERIES = Counter(
    "event_deliveries",
    "Events brought to a listener",
    ["event", "listener", "outcome"],
    registry=counted,
)
DELIVERY_DURATION = Histogram(
    "event_delivery_duration_seconds",
    "How long listeners took",
    ["listener"],
    registry=counted,
)
CONNECTIONS = Gauge(
    "database_connections_in_use",
    "Connections that requests and deliveries hold",
    ["pool"],
    multiprocess_mode="livesum",
    registry=counted,
)

blueprint = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    """Count what happens, and show it.

    :raises StartupError: when ``PROMETHEUS_MULTIPROC_DIR`` is no folder.
    """
    folder = app.config["PROMETHEUS_MULTIPROC_DIR"]
    if folder and not Path(folder).is_dir():
        raise StartupError(
            f"PROMETHEUS_MULTIPROC_DIR is {folder!r}, which is no folder: create it, "
            "empty, before the first process starts."
        )
    app.register_blueprint(blueprint)
    answered.connect(_count_request, app)
    got_request_exception.connect(_count_exception, app)
    outbox.delivered.connect(_count_delivery, app)
    with app.app_context():
        _watch_pool(db.engine.pool)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show the metrics to who has the token; without one, in development only."""
    token = current_app.config["METRICS_TOKEN"]
    if not token and current_app.config["PRODUCTION"]:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        response = Response("Send METRICS_TOKEN as a bearer token.\n", 401)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    figures = CollectorRegistry()
    figures.register(Figures())
    body = generate_latest(_counted()) + generate_latest(figures)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    """Return what this process has counted, or all that share its folder."""
    if not (folder := current_app.config["PROMETHEUS_MULTIPROC_DIR"]):
        return counted
    _forget_dead_processes(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)
    return registry


def _forget_dead_processes(folder: Path) -> None:
    # Their requests count; the connections that they held are closed.
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))
        except PermissionError:
            continue  # somebody else's process, and alive


def _count_request(app: Flask, *, done: Done) -> None:
    module, route, method = done.place
    REQUESTS.labels(module, route, method, str(done.status)).inc()
    DURATION.labels(module, route).observe(done.seconds)


def _count_exception(app: Flask, *, exception: Exception) -> None:
    EXCEPTIONS.labels(module_of(request.path), type(exception).__name__).inc()


def _count_delivery(
    app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float
) -> None:
    DELIVERIES.labels(row.event, row.listener, outcome).inc()
    DELIVERY_DURATION.labels(row.listener).observe(seconds)


def _watch_pool(pool: sa.Pool) -> None:
    """Note how many connections are in use whenever that changes."""
    if not isinstance(pool, sa.QueuePool):
        return
    in_use = CONNECTIONS.labels("default")

    def taken(*_: object) -> None:
        in_use.set(pool.checkedout())

    def given_back(*_: object) -> None:
        in_use.set(pool.checkedout() - 1)  # it is not in the pool yet

    sa.event.listen(pool, "checkout", taken)
    sa.event.listen(pool, "checkin", given_back)
