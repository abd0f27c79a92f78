"""A page, and nothing else: what Shopyo's scaffold loads at the start."""

from flask import Blueprint

blueprint = Blueprint(
    "NAME", __name__, template_folder="templates", static_folder="static"
)


@blueprint.route("/")
def index() -> str:
    """Say hello."""
    return "hello"
