"""The page of the dashboard, and the command that rebuilds its data."""

import click
from flask import Blueprint, abort, render_template, request
from flask_login import current_user, login_required

from . import figures, projection, report

CHOICES = ("7", "30", "90")

blueprint = Blueprint(
    "dashboard",
    __name__,
    template_folder="templates",
    static_folder="static",
    cli_group=None,
)
blueprint.record_once(lambda state: report.init_app(state.app))


@blueprint.get("/")
@login_required
def index() -> str:
    """Show the figures, and the charts of the last days."""
    days = request.args.get("days", "30")
    if days not in CHOICES:
        abort(400)
    site = report.present(int(days), for_admin=current_user.is_admin)
    return render_template(
        "dashboard/index.html",
        choices=CHOICES,
        days=days,
        figures=[*figures.own(current_user.id), *site.figures],
        charts=site.charts,
    )


@blueprint.cli.command("rebuild-dashboard")
def rebuild_dashboard() -> None:
    """Rebuild the metrics of the dashboard from the data of the other modules."""
    click.echo(f"Rebuilt the metrics of {projection.rebuild()} days.")
