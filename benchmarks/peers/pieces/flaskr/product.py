"""The page."""

from flask import Blueprint

bp = Blueprint("product", __name__, url_prefix="/product")


@bp.route("/")
def index() -> str:
    """Say hello."""
    return "hello"
