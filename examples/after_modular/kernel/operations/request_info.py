"""Request information: an ID, module and route as labels, and the duration."""

from __future__ import annotations

import re
import time
from typing import NamedTuple
from uuid import uuid4

from blinker import signal
from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_app_context,
    request,
    request_started,
)

from kernel import current_kernel

HEADER = "X-Request-ID"
VALID_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
# Clients can invent others, and each would be a time series of its own.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

# Sent after each response; receivers get ``info``, ``status`` and ``seconds``.
request_finished = signal("operations-request-finished")


class RequestInfo(NamedTuple):
    """The labels of a request in logs, metrics and traces.

    :param module: the name of the module that the path belongs to, or ``"app"``.
    :param route: the URL rule, such as ``/blog/<id:post_id>``. Raw paths may contain
        secrets and would create unbounded label cardinality.
    """

    module: str
    route: str
    method: str


def init_app(app: Flask) -> None:
    """Identify and time every request; return its ID in ``X-Request-ID``."""
    request_started.connect(_begin, app)
    app.after_request(_finish)


def request_id() -> str | None:
    """Return the ID of the request that the current work began with, if any."""
    found: str | None = g.get("request_id") if has_app_context() else None
    return found


def module_of(path: str) -> str:
    """Return the name of the module that a path belongs to, or ``"app"``."""
    path = f"{path}/"
    for modules in (current_kernel.active, current_kernel.quarantined):
        for name, module in modules.items():
            if path.startswith(f"{module.url_prefix}/"):
                return name
    return "app"


def _begin(app: Flask) -> None:
    g.request_started = time.perf_counter()
    # A proxy in front and other processes of this app send the ID that their logs have.
    given = request.headers.get(HEADER, "")
    g.request_id = given if VALID_ID.fullmatch(given) else uuid4().hex
    rule = request.url_rule.rule if request.url_rule else None
    g.request_info = RequestInfo(
        module=module_of(rule or request.path),
        route=rule or "(none)",
        method=request.method if request.method in METHODS else "(other)",
    )


def _finish(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    request_finished.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        info=g.request_info,
        status=response.status_code,
        seconds=time.perf_counter() - g.request_started,
    )
    return response
