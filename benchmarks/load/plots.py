"""The plots of the load test, as SVG for a light and for a dark page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

NAMES = {"before": "Monolith", "after": "Modular"}
GROUPS = ("app", "database", "log-ins", "workers", "proxy", "redis", "generator")
SCHEMES = {
    "light": {
        "ink": "#1f2328",
        "grid": "#d0d7de",
        "before": "#b35900",
        "after": "#0b6675",
        "groups": (
            *("#0b6675", "#b35900", "#5b4bb5", "#2f7d32"),
            *("#8a6d00", "#9a2f5f", "#a8b0b8"),
        ),
    },
    "dark": {
        "ink": "#e6edf3",
        "grid": "#3d444d",
        "before": "#f0a35e",
        "after": "#5fd3e3",
        "groups": (
            *("#5fd3e3", "#f0a35e", "#a99cf5", "#7ccf80"),
            *("#e0c45c", "#f28bb8", "#6e7781"),
        ),
    },
}


def draw(result: dict[str, Any], folder: Path) -> None:
    """Write ``load-latency-*.svg`` and ``load-cores-*.svg`` into a folder."""
    # The same figures make the same file: no date, no random ids.
    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "load", "svg.fonttype": "none", "font.size": 11}
    for scheme, colours in SCHEMES.items():
        for name, plot in (("latency", _latency), ("cores", _cores)):
            figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
            plot(axes, result, colours)
            _dress(axes, colours)
            file = folder / f"load-{name}-{scheme}.svg"
            figure.savefig(file, transparent=True, metadata={"Date": None})
            plt.close(figure)


def curve(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the runs of an app by the rate that was asked for, the spike included."""
    runs = [*result["steps"][name], result["peak"][name], result["spike"][name]]
    return sorted(runs, key=lambda run: run["asked"])


def _latency(axes: Axes, result: dict[str, Any], colours: dict[str, Any]) -> None:
    for name, marker in (("before", "s"), ("after", "o")):
        runs = curve(result, name)
        rates, times = zip(*((run["asked"], run["p95"]) for run in runs), strict=True)
        axes.plot(rates, times, color=colours[name], marker=marker, label=NAMES[name])
    axes.axhline(200, color=colours["ink"], linewidth=1, linestyle=":")
    axes.annotate("200 ms", (0, 200), color=colours["ink"], va="bottom")
    for name, label in (("peak", "peak"), ("spike", "spike")):
        asked = result[name]["after"]["asked"]
        axes.axvline(asked, color=colours["grid"], linewidth=1, zorder=0)
        axes.annotate(
            label,
            (asked, 1),
            xycoords=("data", "axes fraction"),
            color=colours["ink"],
            ha="right",
            va="top",
            rotation=90,
        )
    axes.set(yscale="log", xlabel="requests a second", ylabel="p95, milliseconds")
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend(frameon=False, labelcolor=colours["ink"])


def _cores(axes: Axes, result: dict[str, Any], colours: dict[str, Any]) -> None:
    rows = [(part, app) for part in ("spike", "peak") for app in ("after", "before")]
    labels = [f"{NAMES[app]}, {result[part][app]['asked']}/s" for part, app in rows]
    left = [0.0] * len(rows)
    for group, colour in zip(GROUPS, colours["groups"], strict=True):
        busy = [result[part][app]["cores"].get(group, 0.0) for part, app in rows]
        axes.barh(labels, busy, left=left, color=colour, label=group)
        left = [a + b for a, b in zip(left, busy, strict=True)]
    axes.set(xlabel="busy cores", xlim=(0, result["cores"]))
    axes.legend(
        frameon=False,
        labelcolor=colours["ink"],
        ncols=4,
        loc="lower center",
        bbox_to_anchor=(0.4, 1),
    )


def _dress(axes: Axes, colours: dict[str, Any]) -> None:
    axes.tick_params(colors=colours["ink"], which="both")
    axes.xaxis.label.set_color(colours["ink"])
    axes.yaxis.label.set_color(colours["ink"])
    axes.grid(axis="y" if axes.get_yscale() == "log" else "x", color=colours["grid"])
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(colours["grid"])
