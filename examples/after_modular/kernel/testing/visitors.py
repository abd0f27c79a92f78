"""Visitors: people who are logged in, with no account behind them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, current_user


@dataclass
class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody who is logged in: what modules may ask of ``current_user``."""

    id: int
    role: str = "member"
    name: str = "Ada"
    email: str = "ada@example.com"

    @property
    def is_admin(self) -> bool:
        """Whether they may use the admin pages."""
        return self.role == "admin"


class Visitors:
    """The visitors of one app: from here on nobody else is logged in."""

    def __init__(self, app: Flask) -> None:
        self._visitors: dict[str, Visitor] = {}
        manager = LoginManager()
        manager.user_loader(self._visitors.get)
        if replaced := getattr(app, "login_manager", None):
            manager.unauthorized_callback = replaced.unauthorized_callback
        app.login_manager = manager  # type: ignore[attr-defined]
        app.jinja_env.globals["current_user"] = current_user

    def log_in(self, visitor: Visitor, browser: FlaskClient) -> None:
        """Let ``visitor`` be the one who uses ``browser``."""
        self._visitors[visitor.get_id()] = visitor
        with browser.session_transaction() as session:
            session["_user_id"] = visitor.get_id()
