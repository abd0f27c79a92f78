"""Pages: log in and out."""

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from web.forms import text_of
from web.navigation import start_url

from . import security_log, sessions
from .accounts import check_password, find_by_email
from .blueprint import blueprint
from .forms import LoginForm
from .limits import (
    count_failed_login,
    limit_logins_of_account,
    limit_logins_of_client,
)
from .models import User
from .models import session as db_session
from .redirects import is_safe

UNCONFIRMED = "Please confirm your email address first."


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Ask who somebody is."""
    if current_user.is_authenticated:
        return redirect(start_url())
    return _page(LoginForm())


@blueprint.post("/login")
@limit_logins_of_account
@limit_logins_of_client
def check_login() -> ResponseReturnValue:
    """Log in, and go on to where one came from."""
    form = LoginForm()
    if not form.validate():
        return _page(form), 422
    user = find_by_email(text_of(form.email))
    if reason := _reason_to_refuse(user, text_of(form.password)):
        form.form_errors.append(reason)
        return _page(form), 422
    assert user is not None  # there was no reason to refuse
    session.clear()  # what was planted before log-in does not come along
    sessions.start(user, remember=form.remember.data)
    return redirect(_next_url())


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Log out."""
    if current_user.is_authenticated:
        sessions.end_by_token(current_user.get_id())
    session.clear()
    logout_user()
    flash("You have been logged out.", "success")
    return redirect(f"{request.script_root}/")


def _page(form: LoginForm) -> str:
    return render_template("auth/login.html", form=form, unconfirmed=UNCONFIRMED)


def _reason_to_refuse(user: User | None, password: str) -> str | None:
    """Say why somebody can't log in: the state of an account only to its owner."""
    if not check_password(user, password) or user is None:
        count_failed_login()
        security_log.record("failed login", user and user.id)
        db_session.commit()
        return "Incorrect email or password."
    if user.confirmed_at is None:
        return UNCONFIRMED
    if not user.active:
        return "This account is deactivated."
    return None


def _next_url() -> str:
    target = request.args.get("next", "")
    return target if is_safe(target) else start_url()
