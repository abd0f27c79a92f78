"""Pages: log in and out."""

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from core.navigation import start_url

from .accounts import check_password, find_by_email
from .blueprint import blueprint
from .forms import LoginForm
from .limits import (
    count_failed_login,
    limit_logins_of_account,
    limit_logins_of_computer,
)
from .models import User
from .redirects import is_safe

UNCONFIRMED = "Please confirm your address first."


@blueprint.route("/login", methods=["GET", "POST"])
@limit_logins_of_account
@limit_logins_of_computer
def login() -> ResponseReturnValue:
    """Log in, and go on to where one came from."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(start_url())
    form = LoginForm()
    if form.validate_on_submit():
        user = find_by_email(form.email.data)
        reason = _reason_to_refuse(user, form.password.data)
        if reason is None:
            session.clear()  # what was planted before log-in does not come along
            login_user(user, remember=form.remember.data)
            return redirect(_next_url())
        form.form_errors.append(reason)
    page = render_template("auth/login.html", form=form, unconfirmed=UNCONFIRMED)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Log out."""
    session.clear()
    logout_user()
    flash("You are logged out.", "success")
    return redirect(f"{request.script_root}/")


def _reason_to_refuse(user: User | None, password: str) -> str | None:
    """Say why somebody can't log in: the state of an account only to its owner."""
    if not check_password(user, password) or user is None:
        count_failed_login()
        return "E-mail or password is wrong."
    if user.confirmed_at is None:
        return UNCONFIRMED
    if not user.active:
        return "This account is deactivated."
    return None


def _next_url() -> str:
    target = request.args.get("next", "")
    return target if is_safe(target) else start_url()
