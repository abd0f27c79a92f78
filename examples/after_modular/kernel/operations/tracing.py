"""Traces: OpenTelemetry spans of requests, SQL statements and event deliveries."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from flask import Flask
from structlog.typing import EventDict, WrappedLogger

from kernel import Event, StartupError, db

try:
    from opentelemetry import propagate, trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
except ModuleNotFoundError as error:
    raise StartupError(
        f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and {error.name} is not installed. "
        "Run pip install -r requirements-production.txt.",
        error="production-requirements-missing",
    ) from None

from .request_info import RequestInfo, request_finished
from .settings import OperationsSettings

EXCLUDED_URLS = "healthz,readyz,metrics,static"

tracer = trace.get_tracer("operations")


def init_app(app: Flask, settings: OperationsSettings) -> None:
    """Trace the app's requests and SQL statements."""
    _set_provider(settings.OTEL_SERVICE_NAME or app.config["APP_NAME"])
    FlaskInstrumentor.instrument_app(app, excluded_urls=EXCLUDED_URLS)
    # These two instrument the whole process, including the engines of later apps.
    with app.app_context():
        _instrument(SQLAlchemyInstrumentor(), engine=db.engine)
    _instrument(CeleryInstrumentor())
    request_finished.connect(_name_module, app)


def add_trace_id(logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
    """Add the ID of the current trace to a log record; a structlog processor."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event_dict["trace_id"] = f"{context.trace_id:032x}"
    return event_dict


def store_context(app: Flask, *, event: Event, headers: dict[str, str]) -> None:
    """Store the current trace with an event, as W3C ``traceparent``."""
    propagate.inject(headers)


def continue_trace(
    app: Flask, *, row: sa.Row[Any], headers: dict[str, str], stack: ExitStack
) -> None:
    """Trace a delivery as part of the request that published its event."""
    span = tracer.start_as_current_span(
        f"{row.event} {row.listener}",
        context=propagate.extract(headers),
        kind=trace.SpanKind.CONSUMER,
        attributes={
            "messaging.message.id": row.event_id,
            "messaging.destination.name": row.event,
            "app.listener": row.listener,
            "app.attempt": row.attempts,
        },
    )
    stack.enter_context(span)


def set_outcome(app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float) -> None:
    """Add the outcome of a delivery to its span."""
    span = trace.get_current_span()
    span.set_attribute("app.outcome", outcome)
    if outcome != "completed":
        span.set_status(trace.StatusCode.ERROR)


class SpanProcessor(BatchSpanProcessor):
    """Exports spans, except SQL statements outside of a trace.

    The outbox polls its table each second, and each poll would be a trace of its own.
    """

    def on_end(self, span: ReadableSpan) -> None:
        """Queue an ended span for export."""
        if span.parent or span.kind is not trace.SpanKind.CLIENT:
            super().on_end(span)


def _set_provider(service: str) -> None:
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(SpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def _instrument(instrumentor: Any, **options: Any) -> None:
    if not instrumentor.is_instrumented_by_opentelemetry:
        # OpenTelemetry lists the versions it was tested with. With newer ones, the
        # tests of this app test it.
        instrumentor.instrument(skip_dep_check=True, **options)


def _name_module(app: Flask, *, info: RequestInfo, status: int, seconds: float) -> None:
    trace.get_current_span().set_attribute("app.module", info.module)
