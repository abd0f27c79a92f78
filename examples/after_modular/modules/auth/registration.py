"""Pages: open an account, and confirm the address."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from . import accounts
from .blueprint import blueprint
from .forms import EmailForm, RegisterForm
from .limits import limit_mails
from .links import link_page, no_longer_valid
from .tokens import CONFIRM


@blueprint.route("/register", methods=["GET", "POST"])
@limit_mails
def register() -> ResponseReturnValue:
    """Open an account; the answer does not tell whether the address has one."""
    form = RegisterForm()
    if not form.validate_on_submit():
        page = render_template("auth/register.html", form=form)
        return page, 422 if form.is_submitted() else 200
    email = form.email.data
    if user := accounts.register(form.name.data, email, form.password.data):
        accounts.request_confirmation(user)
    elif owner := accounts.find_by_email(email):
        accounts.report_second_registration(owner)
    flash(f"Check your inbox. We sent an email to {email}.", "success")
    return redirect(url_for(".login"))


@blueprint.route("/confirm", methods=["GET", "POST"])
@limit_mails
def request_confirmation() -> ResponseReturnValue:
    """Send the link once more."""
    form = EmailForm()
    if not form.validate_on_submit():
        page = render_template("auth/confirm_request.html", form=form)
        return page, 422 if form.is_submitted() else 200
    user = accounts.find_by_email(form.email.data)
    if user and user.confirmed_at is None:
        accounts.request_confirmation(user)
    flash("If this account still needs to be confirmed, we sent a new link.", "info")
    return redirect(url_for(".login"))


@blueprint.get("/confirm/<token>")
@link_page
def confirm(token: str) -> ResponseReturnValue:
    """Ask for one more click: programs that check mails open links, too."""
    if CONFIRM.user(token) is None:
        return no_longer_valid(".request_confirmation")
    return render_template("auth/confirm.html", token=token)


@blueprint.post("/confirm/<token>")
@link_page
def do_confirm(token: str) -> ResponseReturnValue:
    """Confirm the address."""
    user = CONFIRM.user(token)
    if user is None:
        return no_longer_valid(".request_confirmation")
    accounts.confirm(user)
    flash("Your email address is confirmed. You can now log in.", "success")
    return redirect(url_for(".login"))
