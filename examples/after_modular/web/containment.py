"""Containment: a bug in what one module adds to every page stays with that module.

In production a hook for the whole app, or a receiver of a signal, that raises is logged
and skipped. Hooks of a critical module are not: it may depend on them to refuse a page.
Outside of production nothing is skipped, so that bugs are seen.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from blinker import Signal
from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError

from kernel import Kernel, Module
from kernel.loader import app_loaded, module_registered
from kernel.manifest import BOX_PREFIX

Function = Callable[..., Any]
CONTAINED = "is_contained"

# The hooks that Flask calls for each page, and the type that each must return.
HOOKS: dict[str, type | None] = {
    "before_request_funcs": None,
    "after_request_funcs": Response,
    "teardown_request_funcs": None,
    "template_context_processors": dict,
    "url_value_preprocessors": None,
    "url_default_functions": None,
}


def init_app(app: Flask) -> None:
    """Contain the hooks of ``app`` once its modules are loaded."""
    dispatch = app.full_dispatch_request

    def contained_dispatch() -> Response:
        try:
            return dispatch()
        except (Exception, KeyboardInterrupt):
            raise
        except BaseException as error:  # exit() would end the process for all pages
            raise RuntimeError(f"the page raised {error!r}") from error

    app.full_dispatch_request = contained_dispatch  # type: ignore[method-assign]
    if app.config["QUARANTINE"]:
        # At once: while a module is loaded, the hooks of those before it are called.
        module_registered.connect(contain_hooks, app)
        app_loaded.connect(contain_receivers, app)


def contain_hooks(app: Flask, module: Module | None = None) -> None:
    """Contain the hooks and error handlers of all modules."""
    for name, returns in HOOKS.items():
        for key, functions in getattr(app, name).items():
            functions[:] = [_contained(app, key, each, returns) for each in functions]
    functions = app.teardown_appcontext_funcs
    functions[:] = [_contained(app, None, each) for each in functions]
    for handlers in app.error_handler_spec[None].values():
        for error, handler in handlers.items():
            handlers[error] = _contained(app, None, handler, object)


def contain_receivers(app: Flask) -> None:
    """Contain the signal receivers of all modules."""
    # Any library may have signals, and no list names them all.
    for signal in [each for each in gc.get_objects() if type(each) in _signal_types()]:
        for receiver_id, receiver in list(signal.receivers.items()):
            function = receiver
            if isinstance(receiver, weakref.ref):
                function = receiver()
            contained = function and _contained(app, None, function)
            if contained is not function:
                signal.receivers[receiver_id] = contained


def _signal_types() -> set[type]:
    return {Signal, *Signal.__subclasses__()}


def _contained(
    app: Flask, blueprint: str | None, function: Function, returns: type | None = None
) -> Any:
    """Return a function that a bug can't leave, if another module's pages call it."""
    owner = _module_of(function)
    active = Kernel.of(app).active
    module = active.get(owner)
    harmless = not owner or owner == blueprint or hasattr(function, CONTAINED)
    if harmless or (module and module.critical):
        return function

    @wraps(function)
    def contained(*args: Any, **kwargs: Any) -> Any:
        if owner not in active:  # quarantined
            return _instead(args, returns)
        try:
            result = app.ensure_sync(function)(*args, **kwargs)
            if returns and not isinstance(result, returns):
                raise TypeError(f"{result!r} is not a {returns.__name__}")
        except (HTTPException, KeyboardInterrupt):
            raise
        except BaseException:
            app.logger.exception("%s(), a hook of %r, failed", function, owner)
            return _instead(args, returns)
        if returns is dict:  # the names that the layout uses stay
            known = app.jinja_env.globals
            return {key: each for key, each in result.items() if key not in known}
        return result

    setattr(contained, CONTAINED, True)
    return contained


def _instead(args: tuple[Any, ...], returns: type | None) -> Any:
    """Return what has the same effect as having no such hook."""
    if returns is dict:
        return {}
    if returns is object:  # an error handler
        (error,) = args
        return error if isinstance(error, HTTPException) else InternalServerError()
    return args[0] if returns else None


def _module_of(function: Function) -> str:
    """Return the name of the module that defines a function, or ``""``."""
    while isinstance(function, partial):
        function = function.func
    parts = (getattr(function, "__module__", None) or "").split(".")
    if parts.pop(0) != "modules":
        return ""
    return next((each for each in parts if not each.startswith(BOX_PREFIX)), "")
