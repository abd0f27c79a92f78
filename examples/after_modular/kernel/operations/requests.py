"""Requests: each has an id, and is told of once it is answered."""

from __future__ import annotations

import re
import time
from typing import NamedTuple
from uuid import uuid4

from blinker import signal
from flask import Flask, Response, current_app, g, has_app_context, request

from kernel.registry import active_modules, quarantined_modules

EXTENSION = "operations_places"
HEADER = "X-Request-ID"
# Anybody can make up others, and each would be a time series of its own.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
WELL_FORMED = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

# A request has been answered. The receiver gets ``done``, a :class:`Done`.
answered = signal("operations-answered")


class Place(NamedTuple):
    """Where a request goes.

    :param module: the name of the module whose page it is, or ``"app"``.
    :param route: the template of the URL, such as ``/blog/<id:post_id>``: a path may
        hold a secret, and there are too many of them to count each.
    """

    module: str
    route: str
    method: str


class Done(NamedTuple):
    """A request that has been answered, after so many seconds."""

    place: Place
    status: int
    seconds: float


def init_app(app: Flask) -> None:
    """Give every request its id, before anything else is done for it."""
    app.extensions[EXTENSION] = {}
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


def place() -> Place:
    """Return where this request goes; what is found is kept for the next one."""
    rule, method = request.url_rule, request.method
    if method not in METHODS:
        method = "(other)"
    if rule is None:
        return Place(module_of(request.path), "(none)", method)
    known: dict[tuple[str, str], Place] = current_app.extensions[EXTENSION]
    if (key := (rule.rule, method)) not in known:
        known[key] = Place(module_of(rule.rule), rule.rule, method)
    return known[key]


def _begin() -> None:
    g.request_started = time.perf_counter()
    given = request.headers.get(HEADER, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else uuid4().hex


def _finish(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    seconds = time.perf_counter() - g.request_started
    done = Done(place(), response.status_code, seconds)
    answered.send(current_app._get_current_object(), done=done)  # type: ignore[attr-defined]
    return response
