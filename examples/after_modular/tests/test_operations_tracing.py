"""A trace goes from the request through its event to the listener."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from kernel.outbox.engines import Inline

from app import create_app
from kernel import outbox
from kernel.database import db
from kernel.events import publish
from kernel.exceptions import StartupError
from kernel.operations import logs, tracing
from kernel.testing.apps import Browser, config
from modules.auth.events import UserConfirmed

sdk = pytest.importorskip("opentelemetry.sdk.trace")
pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
pytest.importorskip("opentelemetry.instrumentation.celery")

NOWHERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(scope="module")
def exporter() -> Iterator[Any]:
    """Return where the spans of this process are kept."""
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
    logs.more_fields.clear()
    for instrumentor in (CeleryInstrumentor(), SQLAlchemyInstrumentor()):
        instrumentor.uninstrument()


@pytest.fixture
def traced(migrated: Path, tmp_path: Path, exporter: Any) -> Flask:
    """Return an app that is traced."""
    (tmp_path / "test.db").write_bytes(migrated.read_bytes())
    app = create_app({**config(tmp_path / "test.db"), **NOWHERE})
    app.test_client_class = Browser
    exporter.clear()
    return app


def confirm() -> str:
    """Publish an event that others listen to."""
    publish(UserConfirmed(user_id=1, name="Ann", email="ann@example.com"))
    db.get_session("auth").commit()
    return "confirmed"


@pytest.mark.needs("notifications")
def test_a_trace_goes_through_the_event_to_its_listeners(
    traced: Flask, exporter: Any
) -> None:
    traced.add_url_rule("/confirm", view_func=confirm)
    traced.test_client().get("/confirm", headers={"traceparent": CALLER})
    spans = exporter.get_finished_spans()
    mine = [s for s in spans if f"{s.context.trace_id:032x}" == CALLER.split("-")[1]]
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
def test_a_worker_goes_on_with_the_trace_later(
    traced: Flask, exporter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a process of its own: nothing of the request is there any more.
    monkeypatch.setattr(Inline, "wake", lambda self: None)
    traced.add_url_rule("/confirm", view_func=confirm)
    traced.test_client().get("/confirm", headers={"traceparent": CALLER})
    exporter.clear()
    with traced.app_context():
        outbox.deliver_due()
    spans = [s for s in exporter.get_finished_spans() if s.kind.name == "CONSUMER"]
    assert spans
    assert {f"{s.context.trace_id:032x}" for s in spans} == {CALLER.split("-")[1]}


def test_health_is_not_traced(traced: Flask, exporter: Any) -> None:
    traced.test_client().get("/healthz")
    assert not exporter.get_finished_spans()


def test_a_statement_that_belongs_to_nothing_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kernel.operations.spans import Spans
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind

    sent: list[object] = []
    monkeypatch.setattr(BatchSpanProcessor, "on_end", lambda _, span: sent.append(span))
    processor = object.__new__(Spans)
    poll = SimpleNamespace(parent=None, kind=SpanKind.CLIENT)
    page = SimpleNamespace(parent=None, kind=SpanKind.SERVER)
    statement = SimpleNamespace(parent=page, kind=SpanKind.CLIENT)
    for span in (poll, page, statement):
        processor.on_end(span)
    assert sent == [page, statement]


def test_without_the_packages_it_says_what_to_install(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kernel.operations.spans", None)
    monkeypatch.delattr("kernel.operations.spans", raising=False)
    app.config |= NOWHERE
    with pytest.raises(StartupError, match=r"pip install -r requirements-production"):
        tracing.init_app(app)
