"""Requests: each has an id, and is told of once it is answered."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from uuid import uuid4

from blinker import signal
from flask import Flask, Response, current_app, g, has_app_context, request

from core.registry import active_modules, quarantined_modules

HEADER = "X-Request-ID"
# Anybody can make up others, and each would be a time series of its own.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
WELL_FORMED = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

# A request has been answered. The receiver gets ``done``, a :class:`Done`.
answered = signal("operations-answered")


@dataclass(frozen=True, kw_only=True)
class Done:
    """A request that has been answered.

    :param module: the name of the module whose page it was, or ``"app"``.
    :param route: the template of the URL, such as ``/blog/<id:post_id>``: a path may
        hold a secret, and there are too many of them to count each.
    """

    module: str
    route: str
    method: str
    status: int
    seconds: float


def init_app(app: Flask) -> None:
    """Give every request its id, before anything else is done for it."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_finish)


def request_id() -> str | None:
    """Return the id of this request, if there is one."""
    return g.get("request_id") if has_app_context() else None


def module_of(path: str) -> str:
    """Return the name of the module that a path belongs to, or ``"app"``."""
    for modules in (active_modules(), quarantined_modules()):
        for name, module in modules.items():
            if f"{path}/".startswith(f"{module.url_prefix}/"):
                return name
    return "app"


def _begin() -> None:
    g.request_started = time.perf_counter()
    given = request.headers.get(HEADER, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else uuid4().hex


def _finish(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    rule = request.url_rule
    done = Done(
        module=module_of(rule.rule if rule else request.path),
        route=rule.rule if rule else "(none)",
        method=request.method if request.method in METHODS else "(other)",
        status=response.status_code,
        seconds=time.perf_counter() - g.request_started,
    )
    answered.send(current_app._get_current_object(), done=done)  # type: ignore[attr-defined]
    return response
