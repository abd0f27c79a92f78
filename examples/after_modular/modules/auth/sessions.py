"""Log-in sessions: Flask-Login, and what the session remembers of a person."""

import sqlalchemy as sa
from flask import Flask, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from .models import User, session

login_manager = LoginManager()
# Asked by every page of a member, so it is built once.
BY_ID = sa.select(User).where(User.id == sa.bindparam("user_id"))


def init_app(app: Flask) -> None:
    """Give ``current_user`` to the app, and keep its pages out of caches."""
    login_manager.init_app(app, add_context_processor=False)
    # Asked only where a template says so: the error page must do without an answer.
    app.jinja_env.globals["current_user"] = current_user
    app.after_request(_keep_private)


@login_manager.user_loader
def load_user(session_id: str) -> User | None:
    """Return who is here, for ``current_user``."""
    g.asked_for_user = True
    return find_user(session_id)


def find_user(session_id: str) -> User | None:
    """Return whose session it is: ``None`` once it was ended from elsewhere."""
    user_id, _, stamp = session_id.partition(":")
    user = session.scalar(BY_ID, {"user_id": int(user_id)})
    return user if user and user.security_stamp == stamp else None


@login_manager.unauthorized_handler
def ask_to_log_in() -> ResponseReturnValue:
    """Send strangers to the log-in page, and back to where they wanted to go."""
    flash("Please log in to continue.", "info")
    if request.method != "GET":  # the form is gone, and its address shows nothing
        return redirect(url_for("auth.login"))
    path = request.full_path if request.query_string else request.path
    return redirect(url_for("auth.login", next=path))


def _keep_private(response: Response) -> Response:
    # A page that asked who is here may hold what is theirs.
    if g.get("asked_for_user"):
        response.headers["Cache-Control"] = "no-store"
    return response
