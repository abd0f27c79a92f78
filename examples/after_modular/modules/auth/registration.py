"""Pages: open an account, and confirm the address.

Anyone can register anyone's address. So the password that was chosen then is kept only
if the same browser confirms the address; in another one its owner chooses a new one.
"""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web.forms import text_of

from . import accounts
from .blueprint import blueprint
from .forms import EmailForm, NewPasswordForm, RegisterForm
from .limits import limit_mails_of_client, limit_mails_to_address
from .links import link_page, no_longer_valid
from .models import User, new_stamp
from .tokens import CONFIRM

KEPT_STAMPS = 5  # of the accounts that one browser registered last


@blueprint.route("/register", methods=["GET", "POST"])
@limit_mails_to_address
@limit_mails_of_client
def register() -> ResponseReturnValue:
    """Open an account; the answer does not tell whether the address has one."""
    form = RegisterForm()
    if not form.validate_on_submit():
        page = render_template("auth/register.html", form=form)
        return page, 422 if form.is_submitted() else 200
    email = text_of(form.email)
    user = accounts.register(text_of(form.name), email, text_of(form.password))
    # A random stamp, where there was an account: the cookie must not tell.
    stamp = user.security_stamp if user else new_stamp()
    session["registered"] = [*session.get("registered", []), stamp][-KEPT_STAMPS:]
    if user is None and (owner := accounts.find_by_email(email)):
        accounts.report_second_registration(owner)
    flash(f"Check your inbox. We sent an email to {email}.", "success")
    return redirect(url_for(".login"))


@blueprint.route("/confirm", methods=["GET", "POST"])
@limit_mails_to_address
@limit_mails_of_client
def request_confirmation() -> ResponseReturnValue:
    """Send the link once more."""
    form = EmailForm()
    if not form.validate_on_submit():
        page = render_template("auth/confirm_request.html", form=form)
        return page, 422 if form.is_submitted() else 200
    user = accounts.find_by_email(text_of(form.email))
    if user and user.confirmed_at is None:
        accounts.request_confirmation(user)
    flash("If this account still needs to be confirmed, we sent a new link.", "info")
    return redirect(url_for(".login"))


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@link_page
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address; a button does it, since mail scanners open links, too."""
    user = CONFIRM.user(token)
    if user is None:
        return no_longer_valid(".request_confirmation")
    form = None if _registered_here(user) else _password_form(user)
    if request.method == "GET" or (form and not form.validate()):
        page = render_template("auth/confirm.html", token=token, form=form)
        return page, 200 if request.method == "GET" else 422
    if not accounts.confirm(user, text_of(form.password) if form else None):
        return no_longer_valid(".request_confirmation")
    flash("Your email address is confirmed. You can now log in.", "success")
    return redirect(url_for(".login"))


def _registered_here(user: User) -> bool:
    return user.security_stamp in session.get("registered", [])


def _password_form(user: User) -> NewPasswordForm:
    return NewPasswordForm(known=(user.name, user.email))
