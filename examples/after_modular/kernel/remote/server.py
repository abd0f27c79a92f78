"""The server: the calls and the events of other processes for the modules here.

Each request is signed, and the proxy forwards none from outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request

from kernel.exceptions import ModuleError
from kernel.interfaces import published_functions
from kernel.manifest import Module
from kernel.runtime import Kernel

from . import inbox, signatures
from .calls import Call, InvalidMessage, contribution_calls
from .module import RemoteModule

# The contract and its implementation, by module, file and function.
Calls = dict[tuple[str, str, str], tuple[Call, Callable[..., Any]]]


def init_app(app: Flask) -> None:
    """Add the URLs below ``/internal``."""
    blueprint = Blueprint("internal", __name__, url_prefix="/internal")
    calls: Calls = {}

    @blueprint.before_request
    def require_signature() -> None:
        signature = request.headers.get(signatures.HEADER, "")
        key = current_app.config["SECRET_KEY"]
        if not signatures.is_valid(key, request.path, request.get_data(), signature):
            abort(403)

    @blueprint.post("/api/<module>/<file>/<function>")
    def call(module: str, file: str, function: str) -> Response:
        found = calls.get((module, file, function))
        if found is None:
            abort(404)
        contract, implementation = found
        try:
            result = contract.run(implementation, request.get_data())
        except InvalidMessage as error:
            abort(400, str(error))
        return Response(result, mimetype="application/json")

    @blueprint.post("/events")
    def receive() -> dict[str, str]:
        message = request.get_json()
        if not _is_event(message):
            abort(400, f"An event has the text fields {', '.join(inbox.FIELDS)}.")
        try:
            inbox.receive(message)
        except inbox.UnknownListener as error:
            abort(404, str(error))
        return {"status": "received"}

    app.register_blueprint(blueprint)
    if csrf := app.extensions.get("csrf"):
        csrf.exempt(blueprint)  # the signature protects it
    Kernel.of(app).module_checks.append(
        lambda app, module: calls.update(local_calls(Kernel.of(app), module))
    )


def local_calls(kernel: Kernel, module: Module) -> Calls:
    """Return what other processes may call of a module that runs here.

    :raises ModuleError: for a published function whose types can't be sent.
    """
    if isinstance(module, RemoteModule):
        return {}
    calls: Calls = {}
    provider = kernel.providers.get(module.name)
    if api := module.part("api"):
        for name, function in published_functions(api).items():
            if not function.is_local:  # type: ignore[attr-defined]
                found = (Call(function), getattr(provider, name))
                calls[module.name, "service", name] = found
    for point in kernel.extension_points:
        if part := module.part(point.name):
            try:
                contracts = contribution_calls(point.protocol)
            except ModuleError:
                continue  # each process uses its own copy
            for name, contract in contracts.items():
                if contract.returns is not None:
                    found = (contract, getattr(part, name))
                    calls[module.name, point.name, name] = found
    return calls


def _is_event(message: object) -> bool:
    return isinstance(message, dict) and all(
        isinstance(message.get(name), str)
        or (name == "key" and message.get(name) is None)
        for name in inbox.FIELDS
    )
