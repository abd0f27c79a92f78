"""Pages: the user's login sessions."""

from typing import cast

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from . import sessions
from .blueprint import blueprint
from .models import User
from .models import session as db_session


@blueprint.get("/account/sessions")
@login_required
def list_sessions() -> str:
    """List the browsers in which the user is logged in."""
    user = _me()
    rows = [
        (login, sessions.is_current(login, user))
        for login in sessions.list_sessions(user)
    ]
    return render_template("auth/sessions.html", sessions=rows)


@blueprint.post("/account/sessions/<id:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    """End one session of the user."""
    if not sessions.end(_me(), session_id):
        abort(404)
    flash("The session has been ended.", "success")
    return redirect(url_for(".list_sessions"))


@blueprint.post("/account/sessions/end")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    """End all sessions of the user but this one."""
    sessions.end_others(_me())
    db_session.commit()
    flash("All other sessions have been ended.", "success")
    return redirect(url_for(".list_sessions"))


def _me() -> User:
    return cast(User, current_user._get_current_object())
