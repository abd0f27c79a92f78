"""The ``capacity`` directive: a calculator, and a table for readers without JavaScript.

Both use what ``nox -s load`` wrote to ``docs/_data/load.json``: the table shows its
rows, and the form uses the same formulas in ``docs/_static/capacity.js``. Without
JavaScript the form stays hidden.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import pick, read
from _ext.repository import LookupFailed
from _ext.tables import table

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

SCRIPT = "capacity.js"
ACTIVITIES = {
    "registered": "registered",
    "daily": "active every day",
    "concurrent": "online at the same time",
}
MIXES = {
    "mixed": "as in the load test",
    "reading": "mostly readers without an account",
    "working": "mostly members who write",
}
RESULTS = {
    "peak": "Requests/s at the peak",
    "spike": "Requests/s in a spike",
    "app_processes": "Processes of the app",
    "log_in_processes": "Processes for logins",
    "workers": "Workers for events",
    "database_cores": "CPU cores for the database",
    "connections": "Database connections, at most",
    "cores": "CPU cores in total",
    "machines": "Machines",
    "cost": "CPU time per request, ms",
    "busy_in_spike": "Utilization in a spike",
}
NOTES = {
    "none": "All of this is within the measured range.",
    "some": "This is extrapolated linearly from the measurements:",
    "rate": "so many requests per second were not measured;",
    "machines": "more than one machine was not measured, and the network adds latency;",
    "machine": "this kind of machine was not measured.",
    "pgbouncer": (
        "PostgreSQL accepts 100 connections by default: use PgBouncer, or reduce the "
        "pools."
    ),
    "spike": (
        "A spike exceeds the capacity: during the spike some responses are slow, and "
        "some requests are refused."
    ),
}


class Field(NamedTuple):
    """A number in the form."""

    name: str
    label: str
    low: float
    step: str
    high: float | None = None


USERS = (Field("users", "Users", 0, "1"),)
DETAILS = (
    Field(
        "daily_share", "Registered users who are active on a day (%)", 0.1, "any", 100
    ),
    Field("requests_per_day", "Requests per active user and day", 1, "any"),
    Field("peak_factor", "Peak, as a multiple of the mean", 1, "any"),
    Field("spike_factor", "Spike, as a multiple of the peak", 1, "any"),
    Field("think_time", "Seconds between two requests of one user", 1, "any"),
)
MACHINE = (
    Field("cores", "CPU cores per machine", 1, "1"),
    Field("speed", "Speed of a core, relative to the measured one", 0.1, "any"),
    Field("connections", "Database connections per process, at most", 1, "1"),
    Field("utilization", "Target utilization at the peak (%)", 10, "any", 95),
)


class CapacityDirective(SphinxDirective):
    """Show the form and the table."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return both, or an error that names the fix."""
        try:
            capacity = pick(read(self.env, "load"), "capacity", "load")
        except LookupFailed as error:
            raise self.error(f"capacity: {error}") from error
        rows = capacity.pop("rows")
        return [nodes.raw("", form(capacity), format="html"), rows_table(rows)]


def form(capacity: dict[str, Any]) -> str:
    """Return the form as HTML, with the measurements that it uses."""
    defaults = _defaults(capacity)
    data = json.dumps(
        {name: capacity[name] for name in ("measured", "mixes", "postgresql")}
    )
    return "".join(
        [
            '<div class="capacity" hidden><form>',
            _group("Users", _inputs(USERS, defaults), _choices()),
            _group("Activity", _inputs(DETAILS, defaults)),
            _group("Hardware", _inputs(MACHINE, defaults)),
            "</form>",
            '<p data-invalid hidden role="alert">Please correct the marked field.</p>',
            '<output aria-live="polite" aria-label="Result"><dl>',
            *(
                f'<div><dt>{escape(label)}</dt><dd data-figure="{name}"></dd></div>'
                for name, label in RESULTS.items()
            ),
            "</dl>",
            *(
                f'<p data-note="{name}" hidden>{text}</p>'
                for name, text in NOTES.items()
            ),
            "</output>",
            f'<script type="application/json">{data}</script></div>',
        ]
    )


def rows_table(rows: list[dict[str, Any]]) -> nodes.table:
    """Return the table of some examples."""
    heads = [
        "Users",
        "Peak, requests/s",
        "Processes",
        "Cores",
        "Machines",
        "Connections",
    ]
    return table(
        [*heads, "Extrapolated"],
        (
            [
                f"{row['users']:,} {ACTIVITIES[row['activity']]}",
                f"{row['peak']:,.0f}",
                f"{row['app_processes']} + {row['log_in_processes']}"
                f" + {row['workers']}",
                f"{row['cores']:,}",
                f"{row['machines']:,}",
                f"{row['connections']:,}",
                ", ".join(row["extrapolated"]) or "no",
            ]
            for row in rows
        ),
    )


def _defaults(capacity: dict[str, Any]) -> dict[str, float]:
    given = {**capacity["defaults"], **capacity["deployment"]}
    given |= {name: round(100 * given[name]) for name in ("daily_share", "utilization")}
    return {**given, "users": 100_000}


def _group(title: str, *parts: str) -> str:
    return f"<fieldset><legend>{title}</legend>{''.join(parts)}</fieldset>"


def _inputs(fields: tuple[Field, ...], defaults: dict[str, float]) -> str:
    return "".join(_input(field, defaults[field.name]) for field in fields)


def _input(field: Field, value: float) -> str:
    most = "" if field.high is None else f' max="{field.high:g}"'
    return (
        f'<label>{field.label}<input type="number" name="{field.name}" '
        f'value="{value:g}" min="{field.low:g}" step="{field.step}"{most} required>'
        "</label>"
    )


def _choices() -> str:
    return "".join(
        f'<label>{label}<select name="{name}">'
        + "".join(
            f'<option value="{value}"{" selected" if value == chosen else ""}>'
            f"{text}</option>"
            for value, text in options.items()
        )
        + "</select></label>"
        for name, label, options, chosen in (
            ("activity", "Kind of users", ACTIVITIES, "daily"),
            ("mix", "Requests", MIXES, "mixed"),
        )
    )


def _add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if 'class="capacity"' in context.get("body", ""):
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and its script for the pages that have it."""
    app.setup_extension("_ext.repository")
    app.add_directive("capacity", CapacityDirective)
    app.connect("html-page-context", _add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
