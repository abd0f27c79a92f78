"""The data pages: Flask-Admin at ``/admin/data/`` with the tables of all modules."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import cast

from flask import Flask, Response, after_this_request, current_app, g
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.menu import MenuLink
from flask_admin.theme import Bootstrap4Theme

from kernel import ModuleError
from web.access import is_admin, refuse
from web.extension_points import ADMIN_VIEWS, AdminViews
from web.security import HEADERS

URL = "/admin/data"

# Flask-Admin's pages contain inline scripts, which carry a nonce, and style
# attributes, so they need an exception to the policy of the site.
CONTENT_SECURITY_POLICY = (
    HEADERS["Content-Security-Policy"]
    + "; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'"
)


class DataIndexView(AdminIndexView):
    """The index of the data pages."""

    def is_accessible(self) -> bool:
        """Return whether the user is an admin."""
        return is_admin()

    def inaccessible_callback(self, name: str, **kwargs: object) -> ResponseReturnValue:
        """Refuse users who are not admins."""
        return refuse()

    @expose("/")
    def index(self) -> str:
        """List the tables."""
        return str(self.render("admin/data.html"))


def register(state: BlueprintSetupState) -> None:
    """Add the data pages to the app, with the views of each module's ``admin.py``."""
    app = cast(Flask, state.app)
    admin = Admin(
        app,
        name=f"{app.config['APP_NAME']} data",
        index_view=DataIndexView(name="Data", url=URL, endpoint="data"),
        theme=Bootstrap4Theme(),
        csp_nonce_generator=_nonce,
    )
    with app.app_context():
        ADMIN_VIEWS.call_at_startup(lambda part: _add_views(admin, part))
    admin.add_link(MenuLink("Back to the admin panel", endpoint="admin.overview"))


def _add_views(admin: Admin, part: AdminViews) -> None:
    """Add the views of one module."""
    module = part.__name__.split(".")[-2]  # type: ignore[attr-defined]
    taken = {view.name for view in admin._views}
    for view in part.views():
        table = view.model.__tablename__
        if not table.startswith(f"{module}_"):
            raise ModuleError(
                f"{module} shows the table {table!r} of another module in the admin "
                "panel. Let that module show it.",
                error="foreign-data-view",
            )
        asked = partial(_is_accessible, view.is_accessible)
        view.is_accessible = asked  # type: ignore[method-assign]
        if view.name in taken:  # two modules may have chosen the same name
            view.url = table
        admin.add_view(view)


def _is_accessible(asked: Callable[[], bool]) -> bool:
    """Ask a view whether the menu of all data pages may list it."""
    try:
        return asked()
    except Exception:
        current_app.logger.exception("a data page failed")
        return False


def _nonce() -> str:
    """Return the nonce of this response, and add it to the response's policy."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
        after_this_request(_allow_nonce)
    nonce: str = g.csp_nonce
    return nonce


def _allow_nonce(response: Response) -> Response:
    policy = CONTENT_SECURITY_POLICY.format(nonce=g.csp_nonce)
    response.headers["Content-Security-Policy"] = policy
    return response
