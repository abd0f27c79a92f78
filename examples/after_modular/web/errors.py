"""Error pages: every error answers with a page of the site and its right status."""

from contextlib import suppress

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
)
from werkzeug.sansio.response import Response as AnyResponse
from werkzeug.wsgi import LimitedStream

from kernel.database import DATABASE_ERRORS, DatabaseUnavailable

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

READ_AT_MOST = 2 * 1024 * 1024  # bytes; the proxies of deploy/ refuse what is more


def init_app(app: Flask) -> None:
    """Answer every kind of error with a page."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.after_request(_read_to_the_end)


def _http_error(error: HTTPException) -> AnyResponse | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect
    title, message = MESSAGES.get(error.code, (error.name, None))
    message = message or error.description
    response = error.get_response()
    # After these errors the layout's menus, which query the database, may fail, too.
    plain = isinstance(error, (InternalServerError, DatabaseUnavailable))
    response.data = error_page(title, message, plain=plain)
    response.content_type = "text/html; charset=utf-8"
    return response


def _csrf_error(error: CSRFError) -> AnyResponse | HTTPException:
    error.description = "The form has expired. Open it again and send it once more."
    return _http_error(error)


def _read_to_the_end(response: Response) -> Response:
    """Read what nobody has, or a proxy sees a connection that broke, and no answer."""
    length = request.content_length or 0
    if "stream" not in vars(request) and 0 < length <= READ_AT_MOST:
        with suppress(ClientDisconnected):
            LimitedStream(request.environ["wsgi.input"], length).exhaust()
    return response


def error_page(title: str, message: str | None, *, plain: bool) -> str:
    """Return the page; without the menus where those can't be had."""
    try:
        return render_template("error.html", title=title, message=message, plain=plain)
    except (*DATABASE_ERRORS, ServiceUnavailable):
        if plain:
            raise
        return error_page(title, message, plain=True)
