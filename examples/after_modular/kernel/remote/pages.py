"""Pages: those of remote modules, and those that call a remote module that fails."""

from __future__ import annotations

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from werkzeug.exceptions import ServiceUnavailable

from kernel.database import db
from kernel.runtime import current_kernel

from .client import RemoteCallError, RemoteModuleUnavailable
from .module import RemoteModule

SAFE_METHODS = ("GET", "HEAD")
RETRY_AFTER = 5  # seconds
UNAVAILABLE = "This feature is temporarily unavailable."

Failure = RemoteModuleUnavailable | RemoteCallError


def init_app(app: Flask) -> None:
    """Refuse pages and tables of remote modules; render pages without failing ones."""
    app.before_request(refuse_pages)
    app.register_error_handler(RemoteModuleUnavailable, fallback)
    app.register_error_handler(RemoteCallError, fallback)
    with app.app_context():
        event.listen(db.sessionmaker, "do_orm_execute", refuse_query)
        event.listen(db.sessionmaker, "before_flush", refuse_flush)


def refuse_pages() -> None:
    """Answer 503 to a request that the proxy should have sent to other processes.

    Views that are not in the module's package need no process of the module: Flask's
    view of static files, and the views that the site adds to the module's blueprint.
    """
    endpoint = request.endpoint or ""
    module = current_kernel.active.get(endpoint.partition(".")[0])
    if isinstance(module, RemoteModule):
        view = current_app.view_functions[endpoint]
        if f"{view.__module__}.".startswith(f"{module.import_name}."):
            abort(503, UNAVAILABLE)


def refuse_query(state: ORMExecuteState) -> None:
    """Answer 503 instead of reading a remote module's table in this database."""
    _refuse(state.session)


def refuse_flush(session: Session, *_: object) -> None:
    """Answer 503 instead of writing a remote module's table in this database."""
    _refuse(session)


def _refuse(session: Session) -> None:
    for name in filter(is_remote, current_kernel.active):
        if session is db.get_session(name):
            current_app.logger.error(
                "%s is remote, and its tables are not in this database. Call its api.",
                name,
            )
            raise ServiceUnavailable(UNAVAILABLE)


def is_remote(name: str) -> bool:
    """Return whether the module called ``name`` runs in other processes."""
    return isinstance(current_kernel.active.get(name), RemoteModule)


def fallback(error: Failure) -> ResponseReturnValue:
    """Render the page again, without the module that failed.

    Requests that change data are not repeated: they are answered with 503, and so are
    pages that can't do without the module.
    """
    failed = g.setdefault("failed_modules", set())
    while request.method in SAFE_METHODS and error.module not in failed:
        _log(error)
        failed.add(error.module)
        try:
            return current_app.dispatch_request()
        except (RemoteModuleUnavailable, RemoteCallError) as another:
            error = another
    _log(error)
    unavailable = ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER)
    return current_app.handle_http_exception(unavailable)


def _log(error: Failure) -> None:
    if isinstance(error, RemoteCallError):  # the client has logged the others
        current_app.logger.error("A remote call failed", exc_info=error)
