"""The page of the dashboard, and the command that rebuilds its read model."""

import click
from flask import Blueprint, abort, render_template, request
from flask_login import current_user, login_required

from . import metrics, projection, report

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
    """Show the metrics, and the charts of the last days."""
    days = request.args.get("days", "30")
    if days not in CHOICES:
        abort(400)
    site = report.report_of(int(days), for_admin=current_user.is_admin)
    return render_template(
        "dashboard/index.html",
        choices=CHOICES,
        days=days,
        metrics=[*metrics.user_metrics(current_user.id), *site.metrics],
        charts=site.charts,
    )


@blueprint.cli.command("rebuild-dashboard")
def rebuild_dashboard() -> None:
    """Rebuild the metrics of the dashboard from the data of the other modules."""
    click.echo(f"Rebuilt the metrics of {projection.rebuild()} days.")
