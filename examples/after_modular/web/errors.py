"""Error pages: every error is answered with a page of the site and its status code."""

from contextlib import suppress
from math import ceil
from time import time

from flask import Flask, Response, current_app, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError, StatementError, TimeoutError
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
    default_exceptions,
)
from werkzeug.sansio.response import Response as AnyResponse
from werkzeug.wsgi import LimitedStream

from kernel.database import DATABASE_ERRORS, DatabaseUnavailable

from .security import limiter

# The title and the text of each page; an error's own description replaces the text.
MESSAGES = {
    400: ("Bad request", "Go back and try again."),
    403: ("Access denied", "You don't have permission to view this page."),
    404: ("Page not found", "The page may have moved, or the address is wrong."),
    405: ("Method not allowed", "Use the links and buttons on our pages."),
    413: ("Request too large", "The limit is 1 MB."),
    422: ("We couldn't process that form", "Go back, check your input and try again."),
    500: ("Something went wrong on our side", "The error has been logged."),
    503: ("Temporarily unavailable", "Please try again in a moment."),
}

RETRY_AFTER = 5  # seconds
MAX_DRAINED = 2 * 1024 * 1024  # bytes; a proxy should refuse larger bodies


def init_app(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(RateLimitExceeded, _rate_limit_error)
    for error in DATABASE_ERRORS:
        app.register_error_handler(error, _database_error)
    app.after_request(_drain_body)


def _http_error(error: HTTPException) -> AnyResponse | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect
    title, message = MESSAGES.get(error.code, (error.name, None))
    generic = default_exceptions.get(error.code, HTTPException)
    if error.description != generic.description:
        message = error.description
    return _respond(error, title, message)


def _csrf_error(error: CSRFError) -> AnyResponse:
    return _respond(
        error, "This form has expired", "Go back, reload the page and try again."
    )


def _rate_limit_error(error: RateLimitExceeded) -> AnyResponse:
    limit = limiter.current_limit
    assert limit is not None  # the one that was exceeded
    wait = _wait_text(limit.reset_at)
    return _respond(error, "Too many attempts", f"Try again in {wait}.")


def _database_error(error: SQLAlchemyError) -> AnyResponse | HTTPException:
    # Log outages in one line, because every request hits them. Other errors may be
    # bugs: log their traceback.
    trace = None if _is_outage(error) else error
    reason = getattr(error, "orig", error)
    current_app.logger.error("Database error: %s", reason, exc_info=trace)
    advice = "Try again in a moment."
    if not current_app.config["PRODUCTION"]:
        advice = "Run `flask initialize`, and check DATABASE_URL if that fails."
    return _http_error(
        DatabaseUnavailable(
            f"The database is not ready. {advice}", retry_after=RETRY_AFTER
        )
    )


def _is_outage(error: SQLAlchemyError) -> bool:
    """Return whether there was no connection, or it broke."""
    if isinstance(error, StatementError):
        broken = getattr(error, "connection_invalidated", False)
        return broken or error.statement is None
    return isinstance(error, TimeoutError)


def _wait_text(until: float) -> str:
    """Return how long it is until a timestamp, such as ``42 seconds``."""
    seconds = max(2, ceil(until - time()))  # never "1 seconds"
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"


def _respond(error: HTTPException, title: str, message: str | None) -> AnyResponse:
    response = error.get_response()
    # After these errors the layout's menus, which query the database, may fail, too.
    plain = isinstance(error, (InternalServerError, DatabaseUnavailable))
    response.data = error_page(title, message, plain=plain)
    response.content_type = "text/html; charset=utf-8"
    return response


def _drain_body(response: Response) -> Response:
    """Drain an unread request body.

    Otherwise a proxy reports a reset connection instead of our response.
    """
    length = request.content_length or 0
    if "stream" not in vars(request) and 0 < length <= MAX_DRAINED:
        with suppress(ClientDisconnected):
            LimitedStream(request.environ["wsgi.input"], length).exhaust()
    return response


def error_page(title: str, message: str | None, *, plain: bool) -> str:
    """Return the HTML of an error page.

    :param plain: leave out the menus. They are left out anyway if they can't be
        rendered because the database or the user's session is unavailable.
    """
    try:
        return render_template("error.html", title=title, message=message, plain=plain)
    except (*DATABASE_ERRORS, ServiceUnavailable):
        if plain:
            raise
        return error_page(title, message, plain=True)
