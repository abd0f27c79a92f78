"""The data pages: the tables of all modules, read-only, for the admin panel.

They are part of the site and of no module, because no module may read all tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    render_template,
    request,
    stream_with_context,
)
from flask.blueprints import BlueprintSetupState

from kernel import ModuleError

from .access import admin_required
from .data_view import DataView
from .extension_points import ADMIN_VIEWS, AdminViews

EXTENSION = "data_views"
Names = Callable[[Iterable[int]], dict[int, str]]


def add_pages(blueprint: Blueprint, names_of: Names) -> None:
    """Add the pages to the admin panel's blueprint, below ``/data/``.

    :param names_of: returns the names of users by their ids.
    """
    blueprint.record_once(_collect)

    @blueprint.get("/data/")
    @admin_required
    def tables() -> str:
        """List the tables."""
        return render_template("data/index.html", tables=_views().values())

    @blueprint.get("/data/<name>/")
    @admin_required
    def table(name: str) -> str:
        """Show a page of a table."""
        view = _find(name)
        page = view.page(request.args)
        return render_template(
            "data/table.html",
            view=view,
            page=page,
            args=request.args.to_dict(),
            names=names_of(_people(view, page.rows)),
            choices=view.choices(),
        )

    @blueprint.get("/data/<name>/<id:row_id>")
    @admin_required
    def row(name: str, row_id: int) -> str:
        """Show a row of a table."""
        view = _find(name)
        found = view.find(row_id) or abort(404)
        names = names_of(_people(view, [found]))
        return render_template("data/row.html", view=view, row=found, names=names)

    @blueprint.get("/data/<name>/export.csv")
    @admin_required
    def export(name: str) -> Response:
        """Download all rows that match the search and the filters."""
        view = _find(name)
        lines = stream_with_context(view.csv(request.args.to_dict()))
        headers = {"Content-Disposition": f"attachment; filename={view.name}.csv"}
        return Response(lines, mimetype="text/csv", headers=headers)


def _collect(state: BlueprintSetupState) -> None:
    """Collect the views of each module's ``admin.py``."""
    views: dict[str, DataView] = {}
    state.app.extensions[EXTENSION] = views
    with cast(Flask, state.app).app_context():
        ADMIN_VIEWS.call_at_startup(lambda part: _add(views, part))


def _add(views: dict[str, DataView], part: AdminViews) -> None:
    """Add the views of one module."""
    module = part.__name__.split(".")[-2]  # type: ignore[attr-defined]
    for view in part.views():
        table = view.model.__tablename__
        if not table.startswith(f"{module}_"):
            raise ModuleError(
                f"{module} shows the table {table!r} of another module in the admin "
                "panel. Let that module show it.",
                error="foreign-data-view",
            )
        # Two modules may have chosen the same name.
        name = table if view.name in views else view.name
        views[name] = replace(view, name=name)


def _views() -> dict[str, DataView]:
    views: dict[str, DataView] = current_app.extensions[EXTENSION]
    return views


def _find(name: str) -> DataView:
    return _views().get(name) or abort(404)


def _people(view: DataView, rows: Sequence[Any]) -> set[int]:
    """Return the ids of the users to whom the rows belong."""
    ids = {getattr(row, column) for row in rows for column in view.people}
    return ids - {None}
