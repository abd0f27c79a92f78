"""Who is logged in, where accounts are in processes of their own.

Imported there in place of what needs the tables: see the package ``remote``.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_login import UserMixin

from .api import Account, find_by_session
from .login_manager import login_manager


@dataclass(frozen=True, kw_only=True, eq=False)
class Visitor(UserMixin, Account):
    """Somebody who is logged in: what a page may ask of ``current_user``."""

    session_id: str

    @property
    def is_active(self) -> bool:
        """Whether they may log in, as Flask-Login asks it."""
        return self.active

    def get_id(self) -> str:
        """Return what the session remembers."""
        return self.session_id


@login_manager.user_loader
def load_visitor(session_id: str) -> Visitor | None:
    """Return who is here: one call for each page that asks."""
    g.asked_for_user = True
    person = find_by_session(session_id)
    return Visitor(**vars(person), session_id=session_id) if person else None
