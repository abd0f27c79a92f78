"""Spans: the steps of a trace, as OpenTelemetry wants them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kernel import outbox
from kernel.database import db
from kernel.events import Event
from kernel.outbox.delivery import EXTENSION as DELIVERY_CONTEXTS

from . import logs
from .requests import Done, answered

NOT_TRACED = "healthz,readyz,metrics,static"

tracer = trace.get_tracer("operations")


def init_app(app: Flask) -> None:
    """Trace the requests of the app, its statements and its deliveries."""
    _provide(app.config["OTEL_SERVICE_NAME"] or app.config["APP_NAME"])
    FlaskInstrumentor.instrument_app(app, excluded_urls=NOT_TRACED)
    # These two are for the whole process: the engines of later apps are included.
    with app.app_context():
        _once(SQLAlchemyInstrumentor(), engine=db.engine)
    _once(CeleryInstrumentor())
    answered.connect(_name_module, app)
    outbox.recording.connect(_send_along, app)
    outbox.delivered.connect(_note_outcome, app)
    app.extensions[DELIVERY_CONTEXTS].append(continued)
    if _fields not in logs.more_fields:
        logs.more_fields.append(_fields)


class Spans(BatchSpanProcessor):
    """Sends the spans, without statements that belong to nothing.

    The outbox looks for work each second, and each look would be a trace.
    """

    def on_end(self, span: ReadableSpan) -> None:
        """Keep a span that has ended, until it is sent."""
        if span.parent or span.kind is not trace.SpanKind.CLIENT:
            super().on_end(span)


@contextmanager
def continued(row: sa.Row[Any], headers: dict[str, str]) -> Iterator[None]:
    """Go on with the trace of the request that published an event."""
    attributes = {
        "messaging.message.id": row.event_id,
        "messaging.destination.name": row.event,
        "app.listener": row.listener,
        "app.attempt": row.attempts,
    }
    with tracer.start_as_current_span(
        f"{row.event} {row.listener}",
        context=propagate.extract(headers),
        kind=trace.SpanKind.CONSUMER,
        attributes=attributes,
    ):
        yield


def _provide(service: str) -> None:
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(Spans(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def _once(instrumentor: Any, **options: Any) -> None:
    if not instrumentor.is_instrumented_by_opentelemetry:
        # OpenTelemetry names the versions that it was tried with. With ours the tests
        # of this app try it.
        instrumentor.instrument(skip_dep_check=True, **options)


def _name_module(app: Flask, *, done: Done) -> None:
    trace.get_current_span().set_attribute("app.module", done.place.module)


def _send_along(app: Flask, *, event: Event, headers: dict[str, str]) -> None:
    propagate.inject(headers)  # as W3C traceparent


def _note_outcome(
    app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float
) -> None:
    span = trace.get_current_span()
    span.set_attribute("app.outcome", outcome)
    if outcome != "completed":
        span.set_status(trace.StatusCode.ERROR)


def _fields() -> logs.Fields:
    context = trace.get_current_span().get_span_context()
    return {"trace_id": f"{context.trace_id:032x}"} if context.is_valid else {}
