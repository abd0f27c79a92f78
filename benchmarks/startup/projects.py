"""Write the projects to measure: the modular app and Shopyo's, with many modules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "examples/after_modular"
PARTS = ("kernel", "web", "modules", "app.py", "config.py")
# In every project there is this module; the others come on top.
HOME = "home"

# What `flask startapp` and `shopyo startapp` do, many times in one process.
SCAFFOLD = """
import sys
from app import create_app
from kernel.scaffolding.create import start_module
from kernel.scaffolding.project import Project

project = Project.of(create_app({"APP_ENV": "testing"}))
for name in sys.argv[1:]:
    start_module(project, name)
"""
SHOPYO_SCAFFOLD = """
import sys
from shopyo.api.cli import cli

for name in sys.argv[1:]:
    cli(["startapp", name], standalone_mode=False)
"""
SHOPYO_TABLES = """
from app import create_app
from init import db

with create_app("development").app_context():
    db.create_all()
"""


@dataclass(frozen=True)
class Kind:
    """A sort of project: its name, whose it is, and what its modules hold.

    :param full: whether a module has a table, a form and an event; a page it has.
    """

    name: str
    shopyo: bool
    full: bool


KINDS = (
    Kind("modular", shopyo=False, full=True),
    Kind("shopyo_same_content", shopyo=True, full=True),
    Kind("modular_page_only", shopyo=False, full=False),
    Kind("shopyo", shopyo=True, full=False),
)


class Projects:
    """The projects of a benchmark, below one folder."""

    def __init__(self, folder: Path, counts: Sequence[int]) -> None:
        self.folder = folder
        self.counts = counts

    def write(self) -> None:
        """Write all of them: each larger one is the smaller one with more modules."""
        self._install_shopyo()
        for kind in KINDS:
            self._write_first(kind)
            self._add_modules(kind, 0, [HOME])
            if kind.full:
                tables = ["-c", SHOPYO_TABLES]
                ours = ["-m", "flask", "initialize"]
                self.run(kind, 0, *(tables if kind.shopyo else ours))
            for smaller, count in zip(self.counts, self.counts[1:], strict=False):
                shutil.copytree(self.path(kind, smaller), self.path(kind, count))
                names = [f"m{number:03}" for number in range(smaller, count)]
                self._add_modules(kind, count, names)

    def path(self, kind: Kind, count: int) -> Path:
        """Return the folder of a project with ``count`` modules beside ``HOME``."""
        return self.folder / kind.name / str(count)

    def boot(self, kind: Kind, count: int) -> dict[str, float]:
        """Start a project in a fresh process; return what ``boot.py`` measures."""
        factory = '["development"]' if kind.shopyo else '[{"APP_ENV": "testing"}]'
        script = str(HERE / "boot.py")
        return self._json(self.run(kind, count, script, factory, f"/{HOME}/"))

    def phases(self, kind: Kind, count: int) -> dict[str, Any]:
        """Return what ``phases.py`` measures of a modular project."""
        return self._json(self.run(kind, count, str(HERE / "phases.py")))

    def run(self, kind: Kind, count: int, *arguments: str) -> str:
        """Run a project's Python in its folder; return what it prints.

        :raises RuntimeError: with its output, if it fails.
        """
        python = self._shopyo_python if kind.shopyo else Path(sys.executable)
        env = {**os.environ, "SECRET_KEY": "k" * 40, "APP_ENV": "testing"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # a second start reads bytecode
        result = subprocess.run(
            [str(python), *arguments],
            cwd=self.path(kind, count),
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(f"{kind.name}: {result.stdout}{result.stderr}")
        return result.stdout

    def shopyo_version(self) -> str:
        """Return the release of Shopyo that was installed."""
        show = "from importlib.metadata import version; print(version('shopyo'))"
        shopyo = next(kind for kind in KINDS if kind.shopyo)
        return self.run(shopyo, 0, "-c", show).strip()

    @property
    def _shopyo_python(self) -> Path:
        folder = "Scripts" if os.name == "nt" else "bin"
        return self.folder / "venv" / folder / "python"

    def _install_shopyo(self) -> None:
        uv = shutil.which("uv")
        venv.create(self.folder / "venv", with_pip=uv is None)
        pip = [uv, "pip"] if uv else [str(self._shopyo_python), "-m", "pip"]
        target = ["--python", str(self._shopyo_python)] if uv else []
        requirements = ["-r", str(ROOT / "requirements/shopyo.txt")]
        command = [*pip, "install", "--quiet", *target, *requirements]
        subprocess.run(command, check=True)

    def _write_first(self, kind: Kind) -> None:
        target = self.path(kind, 0)
        target.parent.mkdir()
        if kind.shopyo:
            code = "from shopyo.api.cli import cli; cli(['new', 'project'])"
            command = [str(self._shopyo_python), "-c", code]
            silence = subprocess.DEVNULL
            subprocess.run(command, cwd=target.parent, check=True, stdout=silence)
            (target.parent / "project").rename(target)
            return
        target.mkdir()
        for name in PARTS:
            source = EXAMPLE / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, target / name)

    def _add_modules(self, kind: Kind, count: int, names: Sequence[str]) -> None:
        code = SHOPYO_SCAFFOLD if kind.shopyo else SCAFFOLD
        self.run(kind, count, "-c", code, *names)
        for name in names:
            folder = self.path(kind, count) / "modules" / name
            if kind.shopyo and kind.full:
                for source in (HERE / "shopyo_module").glob("*.py"):
                    _fill_in(source, folder)
            if not kind.shopyo:
                _leave_the_menu(folder / "__init__.py")
            if not kind.shopyo and not kind.full:
                _keep_the_page(folder)

    @staticmethod
    def _json(output: str) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(output)
        return values


def _fill_in(source: Path, folder: Path) -> None:
    text = source.read_text().replace("NAME", folder.name)
    (folder / source.name.removeprefix("page_only_")).write_text(text)


def _leave_the_menu(manifest: Path) -> None:
    # Shopyo's modules add themselves to no menu, and nobody wants one of 300 entries on
    # each page. The link stays, and is checked at the start, in a menu of another page.
    text = manifest.read_text()
    manifest.write_text(text.replace('.index"),', '.index", menu="account"),'))


def _keep_the_page(folder: Path) -> None:
    for part in ("api", "events", "fake", "forms", "models", "service"):
        (folder / f"{part}.py").unlink()
    shutil.rmtree(folder / "migrations")
    _fill_in(HERE / "page_only_view.py", folder)
