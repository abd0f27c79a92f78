"""Pages: choose a new password after forgetting the old one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.forms import text_of

from . import accounts
from .blueprint import blueprint
from .forms import EmailForm, NewPasswordForm
from .limits import limit_mails_of_client, limit_mails_to_address
from .links import link_page, no_longer_valid
from .tokens import RESET


@blueprint.route("/reset", methods=["GET", "POST"])
@limit_mails_to_address
@limit_mails_of_client
def request_reset() -> ResponseReturnValue:
    """Send a link; the answer does not tell whether the address has an account."""
    form = EmailForm()
    if not form.validate_on_submit():
        page = render_template("auth/reset_request.html", form=form)
        return page, 422 if form.is_submitted() else 200
    if user := accounts.find_by_email(text_of(form.email)):
        accounts.request_reset(user)
    flash("If an account exists for this address, we sent a link.", "info")
    return redirect(url_for(".login"))


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@link_page
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password."""
    user = RESET.user(token)
    if user is None:
        return no_longer_valid(".request_reset")
    form = NewPasswordForm(known=(user.name, user.email))
    if not form.validate_on_submit():
        page = render_template("auth/reset.html", form=form)
        return page, 422 if form.is_submitted() else 200
    if not accounts.change_password(user, text_of(form.password)):
        return no_longer_valid(".request_reset")
    flash("Your password has been changed. You can now log in.", "success")
    return redirect(url_for(".login"))
