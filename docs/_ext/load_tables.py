"""Tables of ``docs/_data/load.json``: the results of the load test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes

from _ext.tables import table

Load = dict[str, Any]
APPS = {"before": "Monolith", "after": "Modular"}
# Keys of the file, and the field's terms for them.
GROUPS = {
    "app": "app",
    "log-ins": "logins",
    "workers": "workers",
    "database": "database",
    "redis": "Redis",
    "proxy": "proxy",
}
KINDS = {"log-in": "login"}
CASES = {
    "quiet": "no logins",
    "apart": "logins in a separate process",
    "among": "logins in the processes of the pages",
}
KEPT = {
    "promised": "Acknowledged",
    "missing": "Lost",
    "doubled": "Duplicated",
    "delivered": "Events delivered",
    "undelivered": "Events not delivered",
    "miscounted": "Posts miscounted on the dashboard",
}


def assumptions(load: Load) -> nodes.table:
    """Return the assumptions of the model, and their reasons."""
    rows = load["model"]["assumptions"].values()
    return table(
        ["Number", "Meaning", "Source"],
        ([f"{row['value']:g}", row["unit"], row["basis"]] for row in rows),
    )


def rates(load: Load) -> nodes.table:
    """Return the requests per second of 100,000 users."""
    heads = ("Mean, requests/s", "Peak, requests/s", "Spike, requests/s")
    return table(
        ["100,000 users who are", *heads],
        (
            [activity, *(f"{row[name]:,}" for name in ("mean", "peak", "spike"))]
            for activity, row in load["model"]["rates"].items()
        ),
    )


def peak(load: Load) -> nodes.table:
    """Return the peak, then the spike, of both apps."""
    return _runs(
        (f"{APPS[name]}, {part}", load[part][name])
        for part in ("peak", "spike")
        for name in APPS
    )


def steps(load: Load) -> nodes.table:
    """Return the increasing rates, up to the first that an app does not sustain."""
    return _runs(
        (APPS[name], run)
        for name in APPS
        for run in sorted(
            [*load["steps"][name], load["peak"][name]], key=lambda run: run["asked"]
        )
    )


def runs(load: Load) -> nodes.table:
    """Return one line for each run of the whole test."""
    statistics = ("carried", "peak_p95", "peak_errors")
    heads = ("sustained, requests/s", "p95 at the peak, ms", "errors at the peak")
    return table(
        ["Measured on", *(f"{app}: {head}" for app in APPS.values() for head in heads)],
        (
            [
                run["measured"],
                *(f"{run[name][app]:,.0f}" for app in APPS for name in statistics),
            ]
            for run in load["runs"]
        ),
    )


def login_burst(load: Load) -> nodes.table:
    """Return the latency of pages during a login burst."""
    return table(
        ["Pages, with", *(f"{name}: p95, ms" for name in APPS.values())],
        (
            [what, *(f"{load['storm'][name][case]['pages_p95']:g}" for name in APPS)]
            for case, what in CASES.items()
        ),
    )


def costs(load: Load) -> nodes.table:
    """Return the CPU time of a request, by kind and by process group."""
    return table(
        ["CPU ms per request", *GROUPS.values(), "total"],
        (
            [
                f"{APPS[name]}: {KINDS.get(kind, kind)}",
                *(f"{spent.get(group, 0):.2f}" for group in GROUPS),
                f"{sum(spent.values()):.1f}",
            ]
            for name in APPS
            for kind, spent in load["costs"][name].items()
        ),
    )


def kept(load: Load) -> nodes.table:
    """Return what was acknowledged, and what was in the database afterwards."""
    return table(
        ["After all runs", *APPS.values()],
        (
            [title, *(f"{load['kept'][app].get(name, '-')}" for app in APPS)]
            for name, title in KEPT.items()
        ),
    )


TABLES: dict[str, Callable[[Load], nodes.table]] = {
    "assumptions": assumptions,
    "rates": rates,
    "peak": peak,
    "steps": steps,
    "runs": runs,
    "login-burst": login_burst,
    "costs": costs,
    "kept": kept,
}


def _runs(rows: Iterator[tuple[str, Load]]) -> nodes.table:
    return table(
        [
            "Run",
            "Sent, requests/s",
            "Completed, requests/s",
            "p50, ms",
            "p95, ms",
            "p99, ms",
            "Errors",
        ],
        (
            [
                title,
                f"{run['asked']:,}",
                *(f"{run[name]:,.0f}" for name in ("rate", "p50", "p95", "p99")),
                ", ".join(f"{kind}: {n:,}" for kind, n in run["errors"].items()) or "0",
            ]
            for title, run in rows
        ),
    )
