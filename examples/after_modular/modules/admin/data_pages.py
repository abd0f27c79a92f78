"""The data pages: Flask-Admin under ``/admin/data/``, with every module's tables."""

from __future__ import annotations

import secrets

from flask import Flask, Response, after_this_request, g
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.menu import MenuLink
from flask_admin.theme import Bootstrap4Theme
from flask_login import current_user

from web.data_view import refuse
from web.extension_points import ADMIN_VIEWS
from web.security import HEADERS

URL = "/admin/data"

# The one exception to the policy of the site: Flask-Admin's pages have scripts in
# them, which carry a nonce, and style attributes.
CONTENT_SECURITY_POLICY = (
    HEADERS["Content-Security-Policy"]
    + "; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'"
)


class DataIndexView(AdminIndexView):
    """The front page of the data pages: the tables, by name."""

    def is_accessible(self) -> bool:
        """Say whether the one who asks is an admin."""
        return current_user.is_authenticated and current_user.is_admin

    def inaccessible_callback(self, name: str, **kwargs: object) -> ResponseReturnValue:
        """Answer those who are not."""
        return refuse()

    @expose("/")
    def index(self) -> str:
        """List the tables."""
        return self.render("admin/data.html")


def init_app(app: Flask) -> None:
    """Add the data pages to the app, with the views of every module's ``admin.py``."""
    admin = Admin(
        app,
        name=f"{app.config['APP_NAME']} data",
        index_view=DataIndexView(name="Data", url=URL, endpoint="data"),
        theme=Bootstrap4Theme(),
        csp_nonce_generator=_nonce,
    )
    with app.app_context():
        ADMIN_VIEWS.call_at_startup(lambda part: admin.add_views(*part.views()))
    admin.add_link(MenuLink("Back to the admin panel", endpoint="admin.overview"))


def _nonce() -> str:
    """Return the nonce of this response; with the first use, its policy follows."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
        after_this_request(_allow_nonce)
    nonce: str = g.csp_nonce
    return nonce


def _allow_nonce(response: Response) -> Response:
    policy = CONTENT_SECURITY_POLICY.format(nonce=g.csp_nonce)
    response.headers["Content-Security-Policy"] = policy
    return response
