"""Headline numbers are medians with their range; ratios follow from their row."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import median

import pytest

from .conftest import DOCS, Page, TinySite

HEADLINES = (
    "index.rst",
    "posts/2026-05-28-how-to-structure-a-flask-app-that-will-scale-to-100k-users.rst",
)
# Numbers of a single run of the load test.
ONE_RUN = re.compile(r":measured:`load (?:peak|spike|carried|reserve|steps|scaling)\b")
LOAD = json.loads((DOCS / "_data/load.json").read_text("utf-8"))


@pytest.mark.parametrize("page", HEADLINES)
def test_a_headline_is_no_single_run(page: str) -> None:
    assert ONE_RUN.findall((DOCS / page).read_text("utf-8")) == []


def test_the_guide_shows_the_median_and_the_range(pages: dict[str, Page]) -> None:
    guide = pages[HEADLINES[1].replace(".rst", ".html")].soup.get_text(" ")
    for app in ("before", "after"):
        values = [run["peak_p95"][app] for run in LOAD["runs"]]
        low, high = min(values), max(values)
        assert f"{median(values):,.0f} ({low:,.0f} to {high:,.0f})" in guide


def test_a_median_needs_a_list(tiny_site: TinySite) -> None:
    data = {"docs/_data/load.json": '{"runs": 3, "none": []}'}
    for name in ("runs", "none"):
        result = tiny_site(f":median:`load {name}`\n", **data)
        assert f"'{name}' of load.json is no list of runs." in result.stderr


def test_one_value_has_no_range(tiny_site: TinySite, tmp_path: Path) -> None:
    data = {"docs/_data/load.json": '{"runs": [{"p95": 7}, {"p95": 7}]}'}
    assert tiny_site(":median:`load runs p95`\n", **data).returncode == 0
    shown = Page(tmp_path / "html", "index.html").soup.select_one(".measured")
    assert shown.get_text() == "7"


def test_a_ratio_follows_from_its_row(pages: dict[str, Page]) -> None:
    rows = pages["how-to/performance/index.html"].soup.select("article table tbody tr")
    assert len(rows) > 10
    for row in rows:
        cells = [cell.get_text(strip=True) for cell in row.select("td")]
        before, after, ratio = map(float, cells)
        assert ratio == pytest.approx(before / after, abs=0.051)
