"""The canvas of each module: it shows the app as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import block

from .conftest import DOCS, ROOT, Page, TinySite

APP = ROOT / "examples" / "after_modular"
GENERATED = DOCS / "_data" / "modules.json"

BLOG: dict[str, Any] = {
    "name": "blog",
    "title": "Blog",
    "summary": "Posts.",
    "folder": "modules/box__community/blog",
    "box": "community",
    "url_prefix": "/blog",
    "critical": False,
    "depends_on": [],
    "uses": [],
    "settings": ["BLOG_SIZE"],
    "hooks": [],
    "interface": [{"signature": "count() -> int", "summary": "Return ``how`` many."}],
    "publishes": [
        {"name": "blog.Sent", "signature": "Sent(id: int)", "summary": "It."}
    ],
    "listens": [],
    "tables": [{"name": "blog_post", "columns": ["id", "title"], "summary": "A post."}],
    "routes": [{"methods": ["GET", "POST"], "url": "/blog/<id>", "summary": "Show."}],
}
INDEX = {
    **BLOG,
    "name": "index",
    "box": None,
    "critical": True,
    "depends_on": ["blog"],
    "interface": [],
    "publishes": [],
    "listens": [{"event": "blog.Sent", "function": "note", "summary": "Note it."}],
}


def files(*modules: dict[str, Any]) -> dict[str, str]:
    """Return a repository with a page for each module, and what was generated."""
    pages = {
        f"docs/reference/{module['name']}.rst": ":orphan:\n\nModule\n======\n"
        for module in (BLOG, INDEX)
    }
    return {**pages, "docs/_data/modules.json": json.dumps({"modules": modules})}


def test_pages_show_the_app_as_it_is() -> None:
    commands, _ = block("reference/modules.rst", "canvas")
    assert commands == ["nox -s canvas"]
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert '"-m", "kernel.boundaries.canvas"' in noxfile
    result = subprocess.run(
        [sys.executable, "-m", "kernel.boundaries.canvas"],
        cwd=APP,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    stale = "docs/_data/modules.json is stale: run nox -s canvas."
    assert json.loads(result.stdout) == json.loads(GENERATED.read_text()), stale


def test_every_module_has_a_page(pages: dict[str, Page]) -> None:
    modules = json.loads(GENERATED.read_text(encoding="utf-8"))["modules"]
    assert len(modules) >= 6
    for module in modules:
        page = pages[f"reference/{module['name']}.html"]
        assert module["url_prefix"] in page.soup.select_one(".canvas-facts").get_text()
        terms = {term.get_text() for term in page.soup.select("dl.canvas dt")}
        assert terms >= {each["signature"] for each in module["interface"]}
        assert terms >= {each["name"] for each in module["tables"]}


def test_canvas_shows_what_a_module_has(tiny_site: TinySite, tmp_path: Path) -> None:
    result = tiny_site(".. canvas:: blog\n", **files(BLOG, INDEX))
    assert result.returncode == 0, result.stderr
    soup = Page(tmp_path / "html", "index.html").soup
    text = " ".join(soup.get_text(" ", strip=True).split())
    for shown in (
        "count() -> int",
        "Sent(id: int)",
        "Heard by index",
        "blog_post",
        "id , title",
        "GET POST /blog/<id>",
        "BLOG_SIZE",
        "community",
        "It listens to none.",
        "its pages answer 503",
    ):
        assert shown in text, shown
    assert soup.select_one('a[href="reference/index.html"]').get_text() == "index"


def test_graph_is_a_picture_and_a_table(tiny_site: TinySite, tmp_path: Path) -> None:
    result = tiny_site(".. module-graph::\n", **files(BLOG, INDEX))
    assert result.returncode == 0, result.stderr
    soup = Page(tmp_path / "html", "index.html").soup
    svg = soup.select_one("svg[role=img]")
    assert svg["aria-label"].startswith("From top to bottom: index, blog.")
    assert len(svg.select("rect")) == 2
    assert len(svg.select("path.depends")) == 1
    assert not svg.select("path.uses")
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in soup.select("table tbody tr")
    ]
    assert rows == [["index", "blog", "none"], ["blog", "none", "none"]]


def test_graph_keeps_arcs_inside_the_picture(pages: dict[str, Page]) -> None:
    svg = pages["reference/modules.html"].soup.select_one("svg.module-graph")
    width = float(str(svg["viewbox"]).split()[2])
    arcs = [str(path["d"]) for path in svg.select("path.depends, path.uses")]
    assert len(arcs) > 5
    for arc in arcs:
        start, out = (float(part.split()[0]) for part in arc[1:].split("C"))
        # A curve goes three quarters of the way to where it is pulled.
        assert 0 <= start + 0.75 * (out - start) <= width


WRONG = {
    "nothing generated": (
        ".. canvas:: blog\n",
        {},
        "canvas: docs/_data/modules.json is missing. Run nox -s canvas, which writes",
    ),
    "no graph generated": (
        ".. module-graph::\n",
        {},
        "module-graph: docs/_data/modules.json is missing. Run nox -s canvas",
    ),
    "unknown module": (
        ".. canvas:: blgo\n",
        files(BLOG, INDEX),
        "modules.json has no 'blgo'. It has blog, index. Correct the name, or run nox",
    ),
    "module without page": (
        ".. module-graph::\n",
        files(BLOG, {**INDEX, "name": "shop"}),
        "unknown document: '/reference/shop'",
    ),
}


@pytest.mark.parametrize(("page", "given", "message"), WRONG.values(), ids=WRONG)
def test_wrong_request_fails_with_the_fix(
    tiny_site: TinySite, page: str, given: dict[str, str], message: str
) -> None:
    result = tiny_site(page, **given)
    assert result.returncode != 0
    assert message in result.stderr
    assert "index.rst:4: " in result.stderr
    assert "Traceback" not in result.stderr
