"""Log-in sessions: Flask-Login, and what the session remembers of a person."""

from flask import Flask, Response, session
from flask_login import LoginManager, current_user

from . import models

login_manager = LoginManager()
login_manager.login_view = "auth.login"
login_manager.login_message = "Please log in first."
login_manager.login_message_category = "info"


def init_app(app: Flask) -> None:
    """Give ``current_user`` to the app, and keep its pages out of caches."""
    login_manager.init_app(app)
    app.after_request(_keep_private)


@login_manager.user_loader
def load_user(session_id: str) -> models.User | None:
    """Return whose session it is: ``None`` once it was ended from elsewhere."""
    user_id, _, stamp = session_id.partition(":")
    user = models.session.get(models.User, int(user_id))
    return user if user and user.active and user.security_stamp == stamp else None


def _keep_private(response: Response) -> Response:
    # A file that asked for no session is nobody's, and needs no query to find out.
    if session.accessed and current_user.is_authenticated:
        response.headers["Cache-Control"] = "no-store"
    return response
