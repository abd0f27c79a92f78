"""The page of no module: the front page."""

from flask import Blueprint, Flask, render_template

blueprint = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
def home() -> str:
    """Show the front page."""
    return render_template("home.html")
