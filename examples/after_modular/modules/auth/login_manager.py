"""Flask-Login: it loads the user of a session, and asks others to log in."""

from flask import Flask, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from . import sessions
from .models import User

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    """Give ``current_user`` to the app, and keep its pages out of caches."""
    login_manager.init_app(app, add_context_processor=False)
    # Used only where a template says so: the error page must work without a user.
    app.jinja_env.globals["current_user"] = current_user
    app.after_request(_keep_private)


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """Return the user of a session, for ``current_user``."""
    g.asked_for_user = True
    return sessions.find_user(token)


@login_manager.unauthorized_handler
def ask_to_log_in() -> ResponseReturnValue:
    """Redirect anonymous users to the login page, and back after the login."""
    flash("Please log in to continue.", "info")
    if request.method != "GET":  # the form is gone, and its address shows nothing
        return redirect(url_for("auth.login"))
    path = request.full_path if request.query_string else request.path
    return redirect(url_for("auth.login", next=path))


def _keep_private(response: Response) -> Response:
    # A page that asked for the user may hold private data.
    if g.get("asked_for_user"):
        response.headers["Cache-Control"] = "no-store"
    return response
