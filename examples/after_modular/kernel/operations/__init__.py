"""Operations: health, metrics, logs, traces and ``flask doctor``.

No module imports this layer, and the app runs without it.
"""

from flask import Flask

from kernel import Kernel
from kernel.settings import load

from . import (
    database_outages,
    doctor,
    health,
    logs,
    metrics,
    request_info,
)
from .settings import OperationsSettings


def init_app(app: Flask) -> None:
    """Set up the layer; call it after the outbox and before the modules are loaded."""
    settings = load(app, OperationsSettings)
    log_processors = []
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from . import tracing  # OpenTelemetry is an optional dependency

        tracing.init_app(app, settings)
        log_processors.append(tracing.add_trace_id)
    logs.init_app(app, settings, log_processors)
    for part in (request_info, metrics, database_outages, health, doctor):
        part.init_app(app)
    if Kernel.of(app).delivery_log:
        from . import deliveries  # the outbox is a layer that may be absent

        deliveries.init_app(app, settings)
