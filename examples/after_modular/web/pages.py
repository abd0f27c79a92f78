"""The home page and ``security.txt``, which belong to no module."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, abort, current_app, render_template

from .caching import public_page
from .mail import external_url

blueprint = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@public_page
def home() -> str:
    """Show the home page."""
    return render_template("home.html")


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Say where to report vulnerabilities (RFC 9116): ``SECURITY_CONTACT``, or 404."""
    contact = current_app.config["SECURITY_CONTACT"] or abort(404)
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=180)
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {external_url('.security_txt')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
