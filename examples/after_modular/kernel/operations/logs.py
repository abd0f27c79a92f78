"""Logs: one line per record on standard error, as text or JSON, made by structlog.

Records of ``structlog.get_logger()``, of the app and of libraries that use
:mod:`logging` have the same form, and name the request or delivery they belong to.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import sqlalchemy as sa
import structlog
from flask import Flask, g, has_app_context
from structlog.typing import (
    EventDict,
    FilteringBoundLogger,
    Processor,
    WrappedLogger,
)

from .request_info import RequestInfo, request_finished
from .settings import OperationsSettings

HANDLER = "operations"
# Probes and files are requested all the time: log them only if they fail.
QUIET = ("/healthz", "/readyz", "/metrics", "/static/<path:filename>")


def init_app(
    app: Flask, settings: OperationsSettings, processors: Iterable[Processor] = ()
) -> None:
    """Configure the logs of this process, whichever of its apps logs.

    :param processors: structlog processors that add fields, such as the trace ID.
    """
    as_json = settings.LOG_FORMAT == "json"
    shared = [
        structlog.contextvars.merge_contextvars,
        _add_request,
        *processors,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", key="time"),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        *([structlog.processors.JSONRenderer()] if as_json else _text_renderers()),
    ]
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(settings.LOG_LEVEL),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    _handle_standard_logging(shared, settings.LOG_LEVEL)
    # In text the development server writes its own lines, colored and one per request.
    logging.getLogger("werkzeug").propagate = as_json
    if has_access_log(app, settings):
        log = access_logger()

        def log_request(
            app: Flask, *, info: RequestInfo, status: int, seconds: float
        ) -> None:
            write = log.debug if info.route in QUIET and status < 400 else log.info
            write(
                f"{info.method} {info.route} {status}",
                status=status,
                duration_ms=milliseconds(seconds),
            )

        request_finished.connect(log_request, app, weak=False)


def has_access_log(app: Flask, settings: OperationsSettings) -> bool:
    """Return whether each request is logged; in development the server logs it."""
    return bool(settings.LOG_FORMAT == "json" or app.config["PRODUCTION"])


def access_logger() -> FilteringBoundLogger:
    """Return the logger for requests and deliveries."""
    logger: FilteringBoundLogger = structlog.get_logger().bind(logger="operations")
    return logger


def milliseconds(seconds: float) -> float:
    """Return a duration as it is logged."""
    return round(seconds * 1000, 1)


def _handle_standard_logging(processors: list[Processor], level: str) -> None:
    """Send records of :mod:`logging` through the same processors."""
    handler = logging.StreamHandler(sys.stderr)
    handler.name = HANDLER
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *processors,
            ]
        )
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if each.name != HANDLER]
    root.addHandler(handler)
    root.setLevel(level)


def _add_request(logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
    """Add the fields of the current request."""
    if not has_app_context() or "request_info" not in g:
        return event_dict
    info: RequestInfo = g.request_info
    fields: EventDict = {
        "request_id": g.request_id,
        "module": info.module,
        "route": info.route,
        "method": info.method,
    }
    if (user_id := _user_id()) is not None:
        fields["user_id"] = user_id
    return {**fields, **event_dict}


def _user_id() -> int | None:
    # Flask-Login's user if a page has loaded it: a log line must cause no query.
    row = sa.inspect(g.get("_login_user"), raiseerr=False)
    return row.identity[0] if row and row.identity else None


def _text_renderers() -> list[Processor]:
    return [
        _escape_control_characters,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            timestamp_key="time",
            event_key="message",
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]


def _escape_control_characters(
    logger: WrappedLogger, name: str, event_dict: EventDict
) -> EventDict:
    """Keep user input from forging lines: each record begins one, tracebacks indent."""
    for key, value in event_dict.items():
        text = value if isinstance(value, str) else repr(value)
        if key == "exception":
            lines = [f"    {_escape(line)}" for line in text.split("\n")]
            event_dict[key] = "\n".join(lines)
        elif not text.isprintable():
            event_dict[key] = _escape(text)
    return event_dict


def _escape(text: str) -> str:
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text
    )
