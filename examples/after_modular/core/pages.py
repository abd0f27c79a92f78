"""The pages of no module: the front page, and the answers to those who watch us."""

from flask import Blueprint, Flask, render_template
from sqlalchemy.exc import SQLAlchemyError

from . import migrations
from .registry import quarantined_modules

blueprint = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
def home() -> str:
    """Show the front page."""
    return render_template("home.html")


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers: restart it when this fails."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, object], int]:
    """Say whether requests may be sent here: the database answers and is migrated.

    A quarantined module is named and does not count: the rest can do its work.
    """
    try:
        pending = migrations.pending()
    except SQLAlchemyError:
        return {"status": "unavailable", "reason": "the database does not answer"}, 503
    if pending:
        reason = f"not migrated: {', '.join(pending)}. Run flask initialise."
        return {"status": "unavailable", "reason": reason}, 503
    return {"status": "ok", "quarantined": sorted(quarantined_modules())}, 200
