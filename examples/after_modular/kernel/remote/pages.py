"""Pages and remote modules: whose they are, and what becomes of those that ask."""

from __future__ import annotations

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from .peers import EXTENSION, RemoteModuleUnavailable

SAFE = ("GET", "HEAD")
RETRY_AFTER = 5  # seconds


def init_app(app: Flask) -> None:
    """Refuse the pages of remote modules, and go on where one does not answer."""
    app.before_request(refuse_pages_of_others)
    app.register_error_handler(RemoteModuleUnavailable, do_without)


def refuse_pages_of_others() -> None:
    """Answer 503 to what the proxy should have sent elsewhere, and could not."""
    endpoint = request.endpoint or ""
    module = endpoint.partition(".")[0]
    # Styles and pictures are files of the tree: each process has them.
    if module in current_app.extensions[EXTENSION] and endpoint != f"{module}.static":
        abort(503, "This part of the site is not working. The rest is.")


def do_without(error: RemoteModuleUnavailable) -> ResponseReturnValue:
    """Make a page once more: for those who can, the module is not there now.

    Only what changes nothing is done twice; the rest answers 503.
    """
    if request.method in SAFE and not g.get("does_without"):
        g.does_without = True
        try:
            return current_app.dispatch_request()
        except RemoteModuleUnavailable:
            pass  # there is no page without it
    unavailable = ServiceUnavailable(error.description, retry_after=RETRY_AFTER)
    return current_app.handle_http_exception(unavailable)
