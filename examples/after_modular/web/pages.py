"""The home page, which belongs to no module."""

from flask import Blueprint, Flask, render_template

from .caching import public_page

blueprint = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@public_page
def home() -> str:
    """Show the home page."""
    return render_template("home.html")
