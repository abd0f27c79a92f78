"""Traces: on when ``OTEL_EXPORTER_OTLP_ENDPOINT`` says where to send them."""

from flask import Flask

from kernel.exceptions import StartupError


def init_app(app: Flask) -> None:
    """Follow each request through the database, its events and their listeners.

    :raises StartupError: when OpenTelemetry is asked for and not installed.
    """
    if not app.config["OTEL_EXPORTER_OTLP_ENDPOINT"]:
        return
    try:
        from . import spans
    except ModuleNotFoundError as error:
        raise StartupError(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and {error.name} is not installed. "
            "Run pip install -r requirements-production.txt."
        ) from None
    spans.init_app(app)
