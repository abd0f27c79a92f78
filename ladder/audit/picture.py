"""Draw the proposed modules and the references between them as an SVG."""

import math
from collections import Counter
from xml.etree import ElementTree as ET

from .features import SHARED
from .plan import counted
from .report import Report

WIDTH, HEIGHT = 150, 44  # of a box, in pixels
STYLE = """
svg { font: 14px system-ui, sans-serif; background: #fff; }
.box { fill: #f2f6fb; stroke: #2c5282; }
.shared { fill: #f4f4f4; stroke: #666; }
.arrow { fill: none; stroke: #555; }
.count { fill: #fff; }
text { fill: #1a202c; text-anchor: middle; }
.small { font-size: 12px; fill: #444; }
"""


def draw(report: Report) -> str:
    """Return an SVG: a box for each module, and an arrow for the references to another.

    Links are left out, since they may stay. The number at an arrow is that of its
    places in the code.
    """
    names = [feature.name for feature in report.proposal.features]
    radius = max(210, len(names) * (WIDTH + 30) / (2 * math.pi))
    size = 2 * radius + WIDTH + 40
    middle = size / 2
    points = {}
    for index, name in enumerate(names):
        angle = 2 * math.pi * index / len(names) - math.pi / 2
        points[name] = (
            middle + radius * math.cos(angle),
            middle + radius * math.sin(angle),
        )
    svg = ET.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", role="img",
        viewBox=f"0 0 {size:.0f} {size:.0f}", width=f"{size:.0f}",
        height=f"{size:.0f}",
    )  # fmt: skip
    ET.SubElement(svg, "title").text = f"Proposed modules of {report.app.root.name}"
    ET.SubElement(svg, "style").text = STYLE
    marker = ET.SubElement(
        ET.SubElement(svg, "defs"), "marker", id="end", viewBox="0 0 10 10",
        refX="10", refY="5", markerUnits="userSpaceOnUse",
        markerWidth="11", markerHeight="11", orient="auto",
    )  # fmt: skip
    ET.SubElement(marker, "path", d="M0 0 10 5 0 10z", fill="#555")
    counts = Counter(
        (each.source, each.target) for each in report.couplings if each.kind != "link"
    )
    labels = ET.Element("g")
    for (source, target), count in sorted(counts.items()):
        _arrow(svg, labels, points[source], points[target], count)
    for feature in report.proposal.features:
        routes = counted(len(feature.routes), "route")
        tables = counted(len(feature.tables), "table")
        _box(svg, points[feature.name], feature.name, f"{routes}, {tables}")
    svg.append(labels)
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _arrow(
    svg: ET.Element,
    labels: ET.Element,
    start: tuple[float, float],
    end: tuple[float, float],
    count: int,
) -> None:
    """Draw a curve, so that the arrows of both directions stay apart."""
    length = math.dist(start, end)
    across = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    control = tuple(
        (a + b) / 2 + 40 * c for a, b, c in zip(start, end, across, strict=True)
    )
    first, last = _edge(start, control), _edge(end, control)
    path = "M{:.0f} {:.0f} Q{:.0f} {:.0f} {:.0f} {:.0f}".format(*first, *control, *last)
    width = f"{min(1 + count / 10, 5):.1f}"
    look = {"class": "arrow", "stroke-width": width, "marker-end": "url(#end)"}
    ET.SubElement(svg, "path", look, d=path)
    # A third of the way, so that the numbers do not meet in the middle.
    x = 4 / 9 * first[0] + 4 / 9 * control[0] + 1 / 9 * last[0]
    y = 4 / 9 * first[1] + 4 / 9 * control[1] + 1 / 9 * last[1]
    ET.SubElement(
        labels, "circle", {"class": "count"}, cx=f"{x:.0f}", cy=f"{y:.0f}", r="11"
    )
    ET.SubElement(
        labels, "text", {"class": "small"}, x=f"{x:.0f}", y=f"{y + 4:.0f}"
    ).text = str(count)


def _edge(
    center: tuple[float, float], toward: tuple[float, ...]
) -> tuple[float, float]:
    """Return where the line from the center of a box to a point leaves the box."""
    dx, dy = toward[0] - center[0], toward[1] - center[1]
    scale = min(
        (WIDTH / 2 + 2) / abs(dx) if dx else math.inf,
        (HEIGHT / 2 + 2) / abs(dy) if dy else math.inf,
    )
    return center[0] + dx * scale, center[1] + dy * scale


def _box(svg: ET.Element, center: tuple[float, float], name: str, text: str) -> None:
    x, y = center
    kind = "box shared" if name == SHARED else "box"
    ET.SubElement(
        svg, "rect", {"class": kind}, x=f"{x - WIDTH / 2:.0f}",
        y=f"{y - HEIGHT / 2:.0f}", width=str(WIDTH), height=str(HEIGHT), rx="6",
    )  # fmt: skip
    ET.SubElement(svg, "text", x=f"{x:.0f}", y=f"{y - 2:.0f}").text = name
    ET.SubElement(
        svg, "text", {"class": "small"}, x=f"{x:.0f}", y=f"{y + 15:.0f}"
    ).text = text
