"""The pages of the load test: their figures are those of its file."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from benchmarks.load.model import ASSUMPTIONS, Demand, Deployment, Measured, capacity
from benchmarks.load.verdict import in_short
from bs4 import BeautifulSoup

from tests.terminal import block

from .conftest import DOCS, ROOT, Page, TinySite

LOAD = json.loads((DOCS / "_data" / "load.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def capacity_page(pages: dict[str, Page]) -> BeautifulSoup:
    return pages["capacity.html"].soup


def test_the_load_test_can_be_repeated() -> None:
    commands, _ = block("load.rst", "repeat-load")
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for command in commands:
        session = command.removeprefix("nox -s ")
        assert f"@nox.session\ndef {session}(session: " in noxfile


def test_the_table_is_what_the_formulas_say_today() -> None:
    found = LOAD["capacity"]
    measured = Measured(**found["measured"])
    for row in found["rows"]:
        demand = Demand(
            users=row["users"], activity=row["activity"], mix=found["mixes"]["mixed"]
        )
        deployment = Deployment(**found["deployment"])
        today = capacity(demand=demand, measured=measured, deployment=deployment)
        for name in ("peak", "app_processes", "machines", "connections"):
            assert row[name] == pytest.approx(getattr(today, name)), row["users"]


def test_the_model_in_the_file_is_the_model_of_today() -> None:
    assert LOAD["model"]["assumptions"] == {
        name: row._asdict() for name, row in ASSUMPTIONS.items()
    }


def test_the_form_starts_with_the_numbers_of_the_model(
    capacity_page: BeautifulSoup,
) -> None:
    form = capacity_page.select_one(".capacity form")
    numbers = {field["name"]: field["value"] for field in form.select("input")}
    assert numbers == {
        **{"users": "100000", "requests_per_day": "50", "peak_factor": "5"},
        **{"spike_factor": "3", "think_time": "30", "daily_share": "20"},
        **{"cores": str(LOAD["cores"]), "speed": "1", "connections": "10"},
        "utilization": "60",
    }


def test_every_field_of_the_form_has_a_label(capacity_page: BeautifulSoup) -> None:
    for field in capacity_page.select(".capacity input, .capacity select"):
        assert field.find_parent("label").get_text(strip=True)


def test_without_javascript_there_is_a_table(capacity_page: BeautifulSoup) -> None:
    assert capacity_page.select_one(".capacity").has_attr("hidden")
    words = capacity_page.select_one("article").get_text(" ", strip=True)
    assert "100,000 active every day" in words
    assert len(capacity_page.select("article table tbody tr")) == len(
        LOAD["capacity"]["rows"]
    )


def test_only_the_capacity_page_loads_the_script(pages: dict[str, Page]) -> None:
    having = [path for path, page in pages.items() if "capacity.js" in page.text]
    assert having == ["capacity.html"]


def test_the_load_page_shows_the_figures_of_the_file(pages: dict[str, Page]) -> None:
    words = pages["load.html"].soup.select_one("article").get_text(" ", strip=True)
    for name in ("before", "after"):
        assert f"{LOAD['rows'][name]:,}" in words
        assert f"{LOAD['peak'][name]['p95']:,.0f}" in words
    assert LOAD["machine"] in words


def test_a_second_process_is_worth_less_than_the_first() -> None:
    """As the page says in words."""
    assert LOAD["scaling"]["1"] < LOAD["scaling"]["2"] < 2 * LOAD["scaling"]["1"]


def test_the_load_page_shows_every_run(pages: dict[str, Page]) -> None:
    shown = {
        tuple(cell.get_text(strip=True) for cell in row.select("th, td"))
        for row in pages["load.html"].soup.select("article tbody tr")
    }
    for run in LOAD["runs"]:
        figures = (
            f"{run[figure][name]:,.0f}"
            for name in ("before", "after")
            for figure in ("carried", "peak_p95", "peak_errors")
        )
        assert (run["measured"], *figures) in shown
    first = LOAD["runs"][0]
    assert first == in_short(LOAD)  # whose figures the page shows


@pytest.mark.parametrize("directive", ["capacity::", "data-table:: load steps"])
def test_a_site_without_the_file_is_not_built(
    tiny_site: TinySite, directive: str
) -> None:
    found = tiny_site(f".. {directive}\n")
    assert found.returncode
    assert "docs/_data/load.json is missing. Run nox -s load" in found.stderr


def test_a_table_that_there_is_not_names_those_there_are(tiny_site: TinySite) -> None:
    found = tiny_site(".. data-table:: load nothing\n")
    assert "load has no 'nothing'. It has assumptions, " in found.stderr


def test_the_form_computes_in_a_browser(site: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    if browser is None:
        pytest.skip("Chromium is not installed")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    page = (site / "capacity.html").as_uri()
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            [browser, *options, f"--user-data-dir={profile}", page],
            capture_output=True,
            text=True,
            check=True,
        )
    soup = BeautifulSoup(done.stdout, "html.parser")
    shown = {
        figure["data-figure"]: figure.get_text(strip=True)
        for figure in soup.select(".capacity [data-figure]")
    }
    (row,) = (
        row
        for row in LOAD["capacity"]["rows"]
        if (row["users"], row["activity"]) == (100_000, "daily")
    )
    for name in ("app_processes", "cores", "machines", "connections", "workers"):
        assert shown[name] == f"{row[name]:,}"
    assert (shown["peak"], shown["spike"]) == ("289", "868")
