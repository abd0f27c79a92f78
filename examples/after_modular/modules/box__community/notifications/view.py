"""The pages of notifications."""

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from web.pagination import Keyset

from . import inbox
from .forms import PreferencesForm
from .models import Notification, session

blueprint = Blueprint(
    "notifications", __name__, template_folder="templates", static_folder="static"
)

INBOX = Keyset[Notification](
    sa.select(Notification).where(Notification.user_id == sa.bindparam("user_id")),
    Notification.id,
)


@blueprint.get("/")
@login_required
def index() -> str:
    """List the user's notifications, newest first."""
    page = INBOX.page(session, user_id=current_user.id)
    return render_template("notifications/index.html", page=page)


@blueprint.post("/<id:notification_id>/read")
@login_required
def read(notification_id: int) -> Response:
    """Mark a notification as read, and redirect to its page."""
    notification = session.get(Notification, notification_id)
    if notification is None or notification.user_id != current_user.id:
        abort(404)
    inbox.mark_read(notification)
    return redirect(notification.link or url_for(".index"))


@blueprint.post("/read")
@login_required
def read_all() -> Response:
    """Mark all notifications as read."""
    inbox.mark_all_read(current_user.id)
    return redirect(url_for(".index"))


@blueprint.route("/preferences", methods=["GET", "POST"])
@login_required
def preferences() -> Response | str:
    """Show and change the notification settings."""
    form = PreferencesForm(data={"email": inbox.wants_mail(current_user.id)})
    if form.validate_on_submit():
        inbox.set_wants_mail(current_user.id, form.email.data)
        flash("Saved.", "success")
        return redirect(url_for(".preferences"))
    return render_template("notifications/preferences.html", form=form)
