"""The receiving side: other processes call the modules that run here.

Only they: every call is signed, and no proxy leads here from outside.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, request

from web.security import csrf

from . import inbox, signatures
from .modules import local_calls

EXTENSION = "remote_calls"

blueprint = Blueprint("internal", __name__, url_prefix="/internal")
csrf.exempt(blueprint)  # it is signed


def init_app(app: Flask) -> None:
    """Add the addresses."""
    app.register_blueprint(blueprint)


@blueprint.before_request
def refuse_strangers() -> None:
    """Answer 403 to who can't sign."""
    signature = request.headers.get(signatures.HEADER, "")
    key = current_app.config["SECRET_KEY"]
    if not signatures.is_valid(key, request.path, request.get_data(), signature):
        abort(403)


@blueprint.post("/api/<module>/<part>/<function>")
def call(module: str, part: str, function: str) -> Response:
    """Call what a module publishes, and nothing else of it."""
    if EXTENSION not in current_app.extensions:
        current_app.extensions[EXTENSION] = local_calls()
    called = current_app.extensions[EXTENSION].get((module, part, function))
    if called is None:
        abort(404)
    return Response(called.run(request.get_data()), mimetype="application/json")


@blueprint.post("/events")
def receive() -> dict[str, str]:
    """Take on an event for one of the listeners that are here."""
    inbox.receive(request.get_json())
    return {"status": "received"}
