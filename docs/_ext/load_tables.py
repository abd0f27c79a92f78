"""The ``load-table`` directive: what the load test has found, as tables.

``.. load-table:: steps`` and the like read ``docs/_data/load.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import read
from _ext.repository import LookupFailed
from _ext.tables import table

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Load = dict[str, Any]
APPS = {"before": "Monolith", "after": "Modular"}
GROUPS = ("app", "log-ins", "workers", "database", "redis", "proxy")
CASES = {
    "quiet": "no log-ins",
    "apart": "log-ins in a process of their own",
    "among": "log-ins in the processes of the pages",
}


def assumptions(load: Load) -> nodes.table:
    """What the model takes for granted, and why."""
    rows = load["model"]["assumptions"].values()
    return table(
        ["Number", "Meaning", "Where it comes from"],
        ([f"{row['value']:g}", row["unit"], row["basis"]] for row in rows),
    )


def cross_checks(load: Load) -> nodes.table:
    """What others publish."""
    return table(["Who", "How much"], list(load["model"]["cross_checks"].items()))


def rates(load: Load) -> nodes.table:
    """What 100,000 users are."""
    return table(
        ["100,000 users, who are", "Mean, 1/s", "Peak, 1/s", "Spike, 1/s"],
        (
            [activity, *(f"{row[name]:,}" for name in ("mean", "peak", "spike"))]
            for activity, row in load["model"]["rates"].items()
        ),
    )


def peak(load: Load) -> nodes.table:
    """The peak, then the spike, of both apps."""
    return _runs(
        (f"{APPS[name]}, {part}", load[part][name])
        for part in ("peak", "spike")
        for name in APPS
    )


def steps(load: Load) -> nodes.table:
    """The way up, until an app does not follow."""
    return _runs(
        (APPS[name], run)
        for name in APPS
        for run in sorted(
            [*load["steps"][name], load["peak"][name]], key=lambda run: run["asked"]
        )
    )


def runs(load: Load) -> nodes.table:
    """How far one run is from another, in one line each."""
    figures = ("carried", "peak_p95", "peak_errors")
    heads = ("carried, 1/s", "p95 at the peak, ms", "errors at the peak")
    return table(
        ["Measured on", *(f"{app}: {head}" for app in APPS.values() for head in heads)],
        (
            [
                run["measured"],
                *(f"{run[figure][name]:,.0f}" for name in APPS for figure in figures),
            ]
            for run in load["runs"]
        ),
    )


def storm(load: Load) -> nodes.table:
    """Pages beside log-ins."""
    return table(
        ["Pages beside", *(f"{name}: p95, ms" for name in APPS.values())],
        (
            [what, *(f"{load['storm'][name][case]['pages_p95']:g}" for name in APPS)]
            for case, what in CASES.items()
        ),
    )


def costs(load: Load) -> nodes.table:
    """What a request costs, by kind and by process."""
    return table(
        ["CPU ms a request", *GROUPS, "in all"],
        (
            [
                f"{APPS[name]}: {kind}",
                *(f"{spent.get(group, 0):.2f}" for group in GROUPS),
                f"{sum(spent.values()):.1f}",
            ]
            for name in APPS
            for kind, spent in load["costs"][name].items()
        ),
    )


def kept(load: Load) -> nodes.table:
    """What was promised, and what was in the database afterwards."""
    names = ("promised", "missing", "doubled", "delivered", "undelivered", "miscounted")
    return table(
        ["After all runs", *APPS.values()],
        (
            [name, *(f"{load['kept'][app].get(name, '-')}" for app in APPS)]
            for name in names
        ),
    )


TABLES: dict[str, Callable[[Load], nodes.table]] = {
    "assumptions": assumptions,
    "cross-checks": cross_checks,
    "rates": rates,
    "peak": peak,
    "steps": steps,
    "runs": runs,
    "storm": storm,
    "costs": costs,
    "kept": kept,
}


def _runs(rows: Iterator[tuple[str, Load]]) -> nodes.table:
    return table(
        [
            "Run",
            "Asked, 1/s",
            "Answered, 1/s",
            "p50, ms",
            "p95, ms",
            "p99, ms",
            "Errors",
        ],
        (
            [
                name,
                f"{run['asked']:,}",
                *(f"{run[figure]:,.0f}" for figure in ("rate", "p50", "p95", "p99")),
                ", ".join(f"{kind}: {n:,}" for kind, n in run["errors"].items()) or "0",
            ]
            for name, run in rows
        ),
    )


class LoadTableDirective(SphinxDirective):
    """Show one of the tables."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the table, or an error that names the fix."""
        name = self.arguments[0]
        if name not in TABLES:
            known = ", ".join(TABLES)
            raise self.error(f"load-table: there is no {name!r}. There is {known}.")
        try:
            return [TABLES[name](read(self.env, "load"))]
        except LookupFailed as error:
            raise self.error(f"load-table: {error}") from error


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("load-table", LoadTableDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
