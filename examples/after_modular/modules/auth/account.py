"""Pages: one's own account."""

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.json import dumps, loads
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user
from werkzeug.utils import secure_filename

from web.extension_points import ACCOUNT_FACTS, PERSONAL_DATA
from web.forms import text_of

from . import accounts, security_log, sessions
from .blueprint import blueprint
from .forms import AccountForm, ChangePasswordForm, DeleteAccountForm
from .limits import count_failed_login, limit_guesses_in_session
from .models import session


@blueprint.route("/account", methods=["GET", "POST"])
@login_required
def account() -> ResponseReturnValue:
    """Show who one is, and change one's name."""
    form = AccountForm(obj=current_user)
    if form.validate_on_submit():
        accounts.rename(current_user, text_of(form.name))
        flash("Saved.", "success")
        return redirect(url_for(".account"))
    page = render_template("auth/account.html", form=form, facts=_facts())
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/account/password", methods=["GET", "POST"])
@login_required
@limit_guesses_in_session
def change_password() -> ResponseReturnValue:
    """Change the password; all other sessions of the user end."""
    form = ChangePasswordForm(known=(current_user.name, current_user.email))
    if form.validate_on_submit():
        if accounts.check_password(current_user, text_of(form.current)):
            user = current_user._get_current_object()
            if not accounts.change_password(user, text_of(form.password)):
                return redirect(url_for(".login"))  # it was changed at the same time
            # A new session: the cookie of the old one may have been stolen.
            sessions.start(user, remember="remember_token" in request.cookies)
            flash("Your password has been changed.", "success")
            return redirect(url_for(".account"))
        count_failed_login()
        form.current.errors = ["Incorrect password."]
    page = render_template("auth/change_password.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/account/export")
@login_required
def export_account() -> Response:
    """Download what every module knows about one."""
    user_id = current_user.id
    security_log.record("data exported", user_id)
    session.commit()
    data: dict[str, object] = {}
    # Serialized one by one: what is no JSON must not cost users the rest.
    answers = PERSONAL_DATA.collect(
        lambda part: loads(dumps(dict(part.export(user_id)))), dict
    )
    for module, _ in PERSONAL_DATA.contributions():
        # Say what is missing: the export must not look complete when it is not.
        answer = answers.get(module.name, {module.name: "temporarily unavailable"})
        data = {**answer, **data}  # no module hides what another one has answered
    response = jsonify(data)
    name = secure_filename(f"{current_app.config['APP_NAME']}-export.json").lower()
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.route("/account/delete", methods=["GET", "POST"])
@login_required
@limit_guesses_in_session
def delete_account() -> ResponseReturnValue:
    """Delete one's account and all that belongs to it."""
    form = DeleteAccountForm()
    if form.validate_on_submit():
        if not accounts.check_password(current_user, text_of(form.password)):
            count_failed_login()
            form.password.errors = ["Incorrect password."]
        elif not accounts.delete(current_user._get_current_object()):
            form.form_errors.append("You are the only admin.")
        else:
            logout_user()
            flash("Your account has been deleted.", "success")
            return redirect(f"{request.script_root}/")
    page = render_template("auth/delete_account.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _facts() -> dict[str, str]:
    """Return what other modules show about the user: values by their labels."""
    user_id = current_user.id
    answers = ACCOUNT_FACTS.collect(
        lambda part: {str(key): str(each) for key, each in part.facts(user_id).items()},
        dict,
    )
    return {label: fact for facts in answers.values() for label, fact in facts.items()}
