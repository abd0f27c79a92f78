"""The page of the dashboard, and the command that rebuilds its data."""

import click
from flask import Blueprint, abort, render_template, request
from flask_login import current_user, login_required

from . import charts, figures, projection

CHOICES = ("7", "30", "90")

blueprint = Blueprint(
    "dashboard",
    __name__,
    template_folder="templates",
    static_folder="static",
    cli_group=None,
)


@blueprint.get("/")
@login_required
def index() -> str:
    """Show the figures, and the charts of the last days."""
    days = request.args.get("days", "30")
    if days not in CHOICES:
        abort(400, "Choose the last 7, 30 or 90 days.")
    shown = figures.own(current_user.id) + figures.of_the_site()
    if current_user.is_admin:
        shown += figures.of_the_business()
    return render_template(
        "dashboard/index.html",
        choices=CHOICES,
        days=days,
        figures=shown,
        charts=charts.last(int(days), for_admin=current_user.is_admin),
    )


@blueprint.cli.command("rebuild-dashboard")
def rebuild_dashboard() -> None:
    """Count everything on the dashboard anew, from the other modules."""
    click.echo(f"Counted {projection.rebuild()} days anew.")
