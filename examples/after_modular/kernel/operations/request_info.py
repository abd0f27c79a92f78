"""Request information: an ID, labels such as module and route, and the duration."""

from __future__ import annotations

import re
import time
from typing import NamedTuple
from uuid import uuid4

from blinker import signal
from flask import Flask, Response, current_app, g, request
from structlog.contextvars import clear_contextvars

from kernel import current_kernel

HEADER = "X-Request-ID"
VALID_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
# Clients can invent others, and each would be a time series of its own.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

# Sent after each response; receivers get ``info``, ``status`` and ``seconds``.
request_finished = signal("operations-request-finished")


class RequestInfo(NamedTuple):
    """What logs, metrics and traces say about a request.

    :param module: the name of the module that the path belongs to, or ``"app"``.
    :param route: the URL rule, such as ``/blog/<id:post_id>``. Raw paths may contain
        secrets and would create unbounded label cardinality.
    :param started: when, by :func:`time.perf_counter`.
    """

    module: str
    route: str
    method: str
    started: float


def init_app(app: Flask) -> None:
    """Identify and time every request; return its ID in ``X-Request-ID``."""
    modules: dict[str, str] = {}  # by route: there are few, and a search costs more

    def begin() -> None:
        started = time.perf_counter()
        # A server's thread serves many requests: what one of them bound ends with it.
        clear_contextvars()
        # Proxies and other processes of this app send the ID that is in their logs.
        given = request.headers.get(HEADER, "")
        g.request_id = given if VALID_ID.fullmatch(given) else uuid4().hex
        method = request.method if request.method in METHODS else "(other)"
        if rule := request.url_rule:
            route = rule.rule
            if (module := modules.get(route)) is None:
                module = modules[route] = module_of(route)
        else:
            route, module = "(none)", module_of(request.path)
        g.request_info = RequestInfo(module, route, method, started)

    # Before all other functions, whose logs and errors have the ID, too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(_finish)


def module_of(path: str) -> str:
    """Return the name of the module that a path belongs to, or ``"app"``."""
    path = f"{path}/"
    for modules in (current_kernel.active, current_kernel.quarantined):
        for name, module in modules.items():
            if path.startswith(f"{module.url_prefix}/"):
                return name
    return "app"


def _finish(response: Response) -> Response:
    info: RequestInfo = g.request_info
    response.headers[HEADER] = g.request_id
    request_finished.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        info=info,
        status=response.status_code,
        seconds=time.perf_counter() - info.started,
    )
    return response
