"""A trace continues from a request through its event to the listeners."""

import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from kernel import StartupError
from kernel.deliveries.delivery import deliver_due

from .conftest import AppWith, Lines

sdk = pytest.importorskip("opentelemetry.sdk.trace")
pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
pytest.importorskip("opentelemetry.instrumentation.celery")

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE_ID = CALLER.split("-")[1]


@pytest.fixture(scope="module")
def exporter() -> Iterator[Any]:
    """Return the exporter that keeps the spans of this process."""
    from opentelemetry import trace
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    exporter = InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    yield exporter
    provider.shutdown()
    for instrumentor in (CeleryInstrumentor(), SQLAlchemyInstrumentor()):
        instrumentor.uninstrument()


@pytest.fixture
def traced(app_with: AppWith, exporter: Any, confirm: Callable[[], str]) -> Flask:
    """Return an app that is traced."""
    app = app_with(**ENDPOINT)
    app.add_url_rule("/confirm", view_func=confirm)
    exporter.clear()
    return app


@pytest.mark.needs("notifications")
def test_a_trace_continues_through_the_event_to_its_listeners(
    traced: Flask, exporter: Any
) -> None:
    traced.test_client().get("/confirm", headers={"traceparent": CALLER})
    spans = exporter.get_finished_spans()
    mine = [s for s in spans if f"{s.context.trace_id:032x}" == TRACE_ID]
    (page,) = [s for s in mine if s.kind.name == "SERVER"]
    assert page.name == "GET /confirm"
    assert page.attributes["app.module"] == "app"
    deliveries = [s for s in mine if s.kind.name == "CONSUMER"]
    assert deliveries
    for delivery in deliveries:
        assert delivery.name.startswith("auth.UserConfirmed ")
        assert delivery.attributes["app.outcome"] == "completed"
        assert delivery.parent.span_id == page.context.span_id
        inside = [s for s in mine if s.parent.span_id == delivery.context.span_id]
        assert any(s.name.startswith("INSERT") for s in inside), "no statement"


@pytest.mark.needs("notifications")
def test_a_worker_continues_the_trace_later(
    app_with: AppWith, exporter: Any, confirm: Callable[[], str]
) -> None:
    # As in another process: nothing of the request is left.
    traced = app_with(EVENTS_ENGINE="worker", **ENDPOINT)
    traced.add_url_rule("/confirm", view_func=confirm)
    traced.test_client().get("/confirm", headers={"traceparent": CALLER})
    exporter.clear()
    with traced.app_context():
        deliver_due()
    spans = [s for s in exporter.get_finished_spans() if s.kind.name == "CONSUMER"]
    assert spans
    assert {f"{s.context.trace_id:032x}" for s in spans} == {TRACE_ID}


def test_log_records_name_the_trace(
    lines: Lines, app_with: AppWith, exporter: Any
) -> None:
    client = app_with(LOG_FORMAT="json", **ENDPOINT).test_client()
    client.get("/", headers={"traceparent": CALLER})
    assert [line["trace_id"] for line in lines()] == [TRACE_ID]


def test_probes_are_not_traced(traced: Flask, exporter: Any) -> None:
    traced.test_client().get("/healthz")
    assert not exporter.get_finished_spans()


def test_a_statement_outside_of_a_trace_is_not_exported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind

    from kernel.operations.tracing import SpanProcessor

    exported: list[object] = []
    monkeypatch.setattr(
        BatchSpanProcessor, "on_end", lambda _, span: exported.append(span)
    )
    processor = object.__new__(SpanProcessor)
    poll = SimpleNamespace(parent=None, kind=SpanKind.CLIENT)
    page = SimpleNamespace(parent=None, kind=SpanKind.SERVER)
    statement = SimpleNamespace(parent=page, kind=SpanKind.CLIENT)
    spans: list[Any] = [poll, page, statement]
    for span in spans:
        processor.on_end(span)
    assert exported == [page, statement]


def test_without_the_packages_the_error_says_what_to_install(
    app_with: AppWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "kernel.operations.tracing", raising=False)
    monkeypatch.delattr("kernel.operations.tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.flask", None)
    with pytest.raises(StartupError, match=r"pip install -r requirements-production"):
        app_with(**ENDPOINT)
