"""The foot of each page: the date of its last change, and the tested versions.

The dates are those of the commits, so that two builds of one commit are identical. In
an unpacked archive, without Git, there are no dates.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _ext.repository import repository_root

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LOCK_FILE = "examples/after_modular/requirements.txt"
PROJECT = "pyproject.toml"


def dates(folder: Path) -> dict[str, str]:
    """Return the date of the newest commit of each file below *folder*."""
    command = ["git", "log", "--format=%x00%cs", "--name-only", "--relative", "--", "."]
    try:
        log = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False
        ).stdout
    except OSError:  # Git is not installed.
        return {}
    found: dict[str, str] = {}
    for commit in log.split("\0")[1:]:
        date, *files = commit.split("\n")
        for file in filter(None, files):
            found.setdefault(file, date)
    return found


def tested_with(root: Path) -> str:
    """Return the versions of Python and Flask that the tests run with."""
    lock = (root / LOCK_FILE).read_text(encoding="utf-8")
    project = (root / PROJECT).read_text(encoding="utf-8")
    flask = re.search(r"^flask==([\d.]+)", lock, re.MULTILINE)
    pythons = re.findall(r"Python :: (3\.\d+)\"", project)
    version = f" and Flask {flask[1]}" if flask else ""
    return f"Tested with Python {pythons[0]} to {pythons[-1]}{version}"


def _read(app: Sphinx) -> None:
    app.config.html_context["tested_with"] = tested_with(repository_root(app.env))
    app.config.html_context["changed"] = dates(Path(app.srcdir))


def _show(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None:
        source = Path(app.env.doc2path(pagename, base=False)).as_posix()
        context["last_changed"] = context["changed"].get(source)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both."""
    app.setup_extension("_ext.repository")
    app.connect("builder-inited", _read)
    app.connect("html-page-context", _show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
