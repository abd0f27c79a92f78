"""The built site, and a way to build tiny ones that break a rule.

Set SITE_DIR to test a site that is already built; otherwise it is built once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest
from bs4 import BeautifulSoup
from sphinx.cmd.build import build_main as sphinx_build

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BASE_URL = "https://site.test/guide/"
# Pages that have a new address.
MOVED = {
    "how-to/watch-it-run.html": "how-to/monitoring.html",
    "scale.html": "how-to/performance/index.html",
}


@dataclass(frozen=True)
class Page:
    """One HTML file of the site."""

    site: Path
    path: str

    @property
    def file(self) -> Path:
        return self.site / self.path

    @cached_property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


def build_site(output: Path) -> Path:
    """Build the real site and return where it stands."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q"]
    doctrees = str(output.with_name("doctrees"))
    result = subprocess.run(
        [*command, "-d", doctrees, str(DOCS), str(output)],
        capture_output=True,
        text=True,
        env={**os.environ, "SITE_URL": BASE_URL, "PYTHONUTF8": "1"},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return output


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    if given := os.environ.get("SITE_DIR"):
        return Path(given).resolve()
    return build_site(tmp_path_factory.mktemp("site") / "html")


@pytest.fixture(scope="session")
def base_url(site: Path) -> str:
    """The address that the site was built for."""
    home = Page(site, "index.html").soup
    return str(home.select_one("link[rel=canonical]")["href"]).removesuffix(
        "index.html"
    )


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    """Every page, by its path."""
    paths = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    return {path: Page(site, path) for path in paths}


@dataclass(frozen=True)
class Outcome:
    """How the build of a tiny site ended."""

    returncode: int
    stderr: str


TinySite = Callable[..., Outcome]


@pytest.fixture
def tiny_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinySite:
    """Return a function that builds a page with our directives.

    It takes the page, and the files of the repository around it by path.
    """

    monkeypatch.syspath_prepend(str(DOCS))

    def build(page: str, **files: str) -> Outcome:
        docs = tmp_path / "docs"
        docs.mkdir(exist_ok=True)
        names = ["canvas", "claim", "code_provenance", "console", "example"]
        names += ["capacity", "data_table", "fault_matrix", "module_graph"]
        names += ["measured", "tree"]
        (docs / "conf.py").write_text(
            f"extensions = {[f'_ext.{name}' for name in names]}\nhtml_theme = 'basic'\n"
        )
        title = "Tiny\n====\n\n"
        (docs / "index.rst").write_text(title + dedent(page), encoding="utf-8")
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(content), encoding="utf-8")
        stderr = StringIO()
        arguments = ["-W", "--keep-going", "-n", "-q", "-N", str(docs)]
        with redirect_stdout(StringIO()), redirect_stderr(stderr):
            status = sphinx_build([*arguments, str(tmp_path / "html")])
        return Outcome(status, stderr.getvalue())

    return build
