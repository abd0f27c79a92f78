"""The pages of billing."""

from typing import cast

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user, login_required
from sqlalchemy import bindparam
from werkzeug import Response

from modules.auth.api import register_url
from web.filters import day
from web.pagination import Keyset
from web.security import csrf

from . import checkouts, invoices, sandbox, subscriptions, webhook
from .api import plan_of
from .forms import SubscribeForm
from .models import Invoice, session
from .plans import FREE_POST_LIMIT, PRO, PRO_PRICE

blueprint = Blueprint(
    "billing", __name__, template_folder="templates", static_folder="static"
)
blueprint.register_blueprint(sandbox.blueprint)
blueprint.record_once(lambda state: checkouts.init_app(cast(Flask, state.app)))

INVOICES = Keyset[Invoice](invoices.of(bindparam("user_id")), Invoice.id)


@blueprint.get("/plans")
def plans() -> str:
    """Show what can be bought."""
    return render_template(
        "billing/plans.html",
        form=SubscribeForm(),
        free_posts=FREE_POST_LIMIT,
        pro_price=PRO_PRICE,
        is_pro=current_user.is_authenticated and plan_of(current_user.id) == PRO,
        register_url=register_url(),
    )


@blueprint.get("/")
@login_required
def subscription() -> str:
    """Show somebody their plan and their invoices."""
    return render_template(
        "billing/subscription.html",
        subscription=subscriptions.find(current_user.id),
        page=INVOICES.page(session, user_id=current_user.id),
    )


@blueprint.post("/subscribe")
@login_required
def subscribe() -> Response:
    """Send somebody to the payment provider."""
    key = SubscribeForm().checked_key()
    if plan_of(current_user.id) == PRO:
        flash("You are already on Pro.", "info")
        return redirect(url_for(".subscription"))
    return redirect(checkouts.open_checkout(current_user.id, key).url)


@blueprint.post("/cancel")
@login_required
def cancel() -> Response:
    """Let the subscription end with the month that is paid."""
    if ends_at := subscriptions.cancel(current_user.id):
        flash(f"Your subscription ends on {day(ends_at).striptags()}.", "success")
    else:
        flash("You have no active subscription to cancel.", "error")
    return redirect(url_for(".subscription"))


@blueprint.post("/resume")
@login_required
def resume() -> Response:
    """Take a cancellation back."""
    if subscriptions.resume(current_user.id):
        flash("Your subscription has been resumed.", "success")
    else:
        flash("You have no canceled subscription to resume.", "error")
    return redirect(url_for(".subscription"))


@blueprint.get("/invoices/<number>")
@login_required
def invoice(number: str) -> str:
    """Show an invoice to its owner, ready to print."""
    found = invoices.find(number, current_user.id) or abort(404)
    return render_template("billing/invoice.html", invoice=found)


@blueprint.post("/webhook")
@csrf.exempt  # it is signed
def receive_webhook() -> tuple[dict[str, str], int]:
    """Take a message of the payment provider."""
    headers = {name.lower(): value for name, value in request.headers}
    return webhook.receive(request.get_data(), headers)
