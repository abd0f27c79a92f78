"""Error pages: every error answers with a page of the site and its right status."""

from flask import Flask, current_app, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.sansio.response import Response

MESSAGES = {
    400: ("That did not work", None),
    403: ("This is not for you", "Your account may not do that."),
    404: ("There is nothing here", "The page may have moved, or never was."),
    405: ("That is not how it works", "This address only takes forms."),
    413: ("That is too much at once", "Send less than one megabyte."),
    422: ("That did not work", None),
    429: ("Please slow down", "Too many tries. Wait a little and try again."),
    500: ("Something broke", "It is not your fault. We have been told."),
    503: ("We will be right back", None),
}


def init_app(app: Flask) -> None:
    """Answer every kind of error with a page."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(ProgrammingError, _database_error)


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect
    title, message = MESSAGES.get(error.code, (error.name, None))
    # Of an internal error nobody knows what still works: lean on nothing.
    plain = isinstance(error, InternalServerError)
    page = render_template(
        "error.html", title=title, message=message or error.description, plain=plain
    )
    response = error.get_response()
    response.data = page
    response.content_type = "text/html; charset=utf-8"
    return response


def _csrf_error(error: CSRFError) -> Response | HTTPException:
    error.description = "The form has expired. Open it again and send it once more."
    return _http_error(error)


def _database_error(error: Exception) -> tuple[str, int]:
    current_app.logger.exception("The database did not answer")
    message = "Try again in a moment."
    if not current_app.config["PRODUCTION"]:
        message = "Run `flask initialise`, and check DATABASE_URL if that fails."
    page = render_template(
        "error.html", title="The database is not ready", message=message, plain=True
    )
    return page, 503
