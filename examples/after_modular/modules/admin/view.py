"""The pages of the admin panel."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kernel import current_kernel, has_module
from modules.auth import api as auth
from web.access import admin_required
from web.data_pages import add_pages
from web.forms import text_of

from . import deliveries
from .forms import RoleForm
from .metrics import site_metrics
from .status import status

blueprint = Blueprint(
    "admin", __name__, template_folder="templates", static_folder="static"
)
add_pages(blueprint, auth.names_of)


@blueprint.get("/")
@admin_required
def overview() -> str:
    """Show metrics of the site, and links to the other pages."""
    return render_template("admin/overview.html", metrics=site_metrics())


@blueprint.get("/users")
@admin_required
def users() -> str:
    """List and search the users."""
    q = request.args.get("q", "")
    return render_template("admin/users.html", page=auth.list_accounts(q), q=q)


@blueprint.get("/users/<id:user_id>")
@admin_required
def user(user_id: int) -> str:
    """Show a user."""
    return _user_page(_find(user_id), RoleForm())


@blueprint.post("/users/<id:user_id>/deactivate")
@admin_required
def deactivate(user_id: int) -> ResponseReturnValue:
    """Deactivate a user."""
    if _is_own_account(_find(user_id)):
        return _back_to(user_id)
    return _saved(user_id) if auth.deactivate(user_id) else _only_admin(user_id)


@blueprint.post("/users/<id:user_id>/activate")
@admin_required
def activate(user_id: int) -> ResponseReturnValue:
    """Activate a user again."""
    auth.activate(_find(user_id).id)
    return _saved(user_id)


@blueprint.post("/users/<id:user_id>/role")
@admin_required
def change_role(user_id: int) -> ResponseReturnValue:
    """Change the role of a user."""
    account = _find(user_id)
    form = RoleForm()
    if not form.validate_on_submit():
        return _user_page(account, form), 422
    if _is_own_account(account):
        return _back_to(user_id)
    changed = auth.set_role(user_id, text_of(form.role))
    return _saved(user_id) if changed else _only_admin(user_id)


@blueprint.get("/events")
@admin_required
def events() -> str:
    """List failed, pending or orphaned event deliveries."""
    kind = request.args.get("kind", "failed")
    if kind not in deliveries.KINDS:
        abort(404)
    return render_template(
        "admin/events.html",
        page=deliveries.list_deliveries(kind),
        counts=deliveries.count_kinds(),
        kind=kind,
    )


@blueprint.post("/events/<id:delivery_id>/retry")
@admin_required
def retry_event(delivery_id: int) -> ResponseReturnValue:
    """Retry a failed or orphaned delivery."""
    if deliveries.retry([delivery_id]):
        flash("The delivery will be retried.", "success")
    else:
        flash("This delivery is neither failed nor orphaned.", "error")
    return redirect(url_for(".events"))


@blueprint.post("/events/<id:delivery_id>/delete")
@admin_required
def delete_event(delivery_id: int) -> ResponseReturnValue:
    """Delete a failed or orphaned delivery."""
    if deliveries.purge([delivery_id]):
        flash("The delivery was deleted.", "success")
    else:
        flash("This delivery is neither failed nor orphaned.", "error")
    return redirect(url_for(".events"))


@blueprint.post("/events/retry")
@admin_required
def retry_events() -> ResponseReturnValue:
    """Retry all failed deliveries."""
    count = deliveries.retry()
    noun = "delivery" if count == 1 else "deliveries"
    flash(f"{count} {noun} will be retried.", "success")
    return redirect(url_for(".events"))


@blueprint.get("/status")
@admin_required
def show_status() -> str:
    """Show the status of the app and its modules."""
    return render_template(
        "admin/status.html",
        status=status(),
        modules=current_kernel.active.values(),
        quarantined=current_kernel.quarantined.values(),
    )


def _find(user_id: int) -> auth.Account:
    return auth.find(user_id) or abort(404)


def _user_page(account: auth.Account, form: RoleForm) -> str:
    plan = _plan_of(account.id)
    return render_template("admin/user.html", user=account, plan=plan, form=form)


def _plan_of(user_id: int) -> str | None:
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.plan_of(user_id).capitalize()


def _is_own_account(account: auth.Account) -> bool:
    """Return whether it is the admin's own account, with a message to the admin."""
    if account.id != current_user.id:
        return False
    flash("You can't deactivate yourself or change your own role.", "error")
    return True


def _saved(user_id: int) -> ResponseReturnValue:
    flash("Saved.", "success")
    return _back_to(user_id)


def _only_admin(user_id: int) -> ResponseReturnValue:
    flash("This is the only active admin.", "error")
    return _back_to(user_id)


def _back_to(user_id: int) -> ResponseReturnValue:
    return redirect(url_for(".user", user_id=user_id))
