"""What the figures say: whether a load was carried, and whether all was well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

PATIENCE = 200  # milliseconds that 95 of 100 answers may take
# No surprise of an app that is overloaded; anything else is wrong at any load.
OVERLOAD = frozenset({"no answer", "HTTP 502", "HTTP 503", "HTTP 504"})
FIGURES = ("rate", "p50", "p95", "p99", "max", "pages_p95", "passwords_p95")


def carries(run: dict[str, Any]) -> bool:
    """Whether an app answered all, right and in time."""
    in_step = run["rate"] >= 0.95 * run["asked"] or run["requests"] < 500
    return not run["errors"] and run["p95"] <= PATIENCE and in_step


def in_short(result: dict[str, Any]) -> dict[str, Any]:
    """Return what tells one run from the next: when, what was carried, the peak."""
    peak = result["peak"]
    return {
        "measured": result["measured"],
        "carried": result["carried"],
        "peak_p95": {name: run["p95"] for name, run in peak.items()},
        "peak_errors": {name: run["error_count"] for name, run in peak.items()},
    }


def merged(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the medians of several runs, the errors of all, and the spread of p95."""
    errors: Counter[str] = Counter()
    for run in runs:
        errors.update(run["errors"])
    return {
        "asked": runs[0]["asked"],
        "requests": sum(run["requests"] for run in runs),
        "errors": dict(errors),
        "error_count": errors.total(),
        **{name: round(median(run[name] for run in runs), 1) for name in FIGURES},
        "p95_spread": sorted(run["p95"] for run in runs),
        "generator_lag_p99": max(run["generator_lag_p99"] for run in runs),
        "pool_waits": sum(run["pool_waits"] for run in runs),
        "cores": _medians([run["cores"] for run in runs]),
        "cpu_ms": _medians([run["cpu_ms"] for run in runs]),
        "pages": runs[-1]["pages"],
    }


def gave_way(run: dict[str, Any]) -> str:
    """Return what was at its limit in a run: a process group, or ``nothing``.

    All share the machine's cores, so it is the group that used most of them.
    """
    if carries(run):
        return "nothing"
    return max(run["cores"], key=run["cores"].__getitem__)


def problems(result: dict[str, Any]) -> list[str]:
    """Return what must not happen at any load, and what must not at this one."""
    found = []
    for name, kept in result["kept"].items():
        kinds = ("missing", "doubled", "undelivered", "miscounted")
        found += [f"{name}: {kind}: {kept[kind]}" for kind in kinds if kept.get(kind)]
    for name, run in result["peak"].items():
        if wrong := _wrong(run["errors"], overload_is_wrong=not result["steps"][name]):
            found.append(f"{name}: at {run['asked']} requests a second: {wrong}")
    before, after = (result["costs"][name]["dashboard"] for name in ("before", "after"))
    if sum(after.values()) >= sum(before.values()):
        found.append("a dashboard of the modular app costs more than the monolith's")
    return found


def _wrong(errors: dict[str, int], *, overload_is_wrong: bool) -> dict[str, int]:
    return {
        kind: count
        for kind, count in errors.items()
        if overload_is_wrong or kind not in OVERLOAD
    }


def _medians(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(row[name] for row in rows), 3) for name in rows[0]}
