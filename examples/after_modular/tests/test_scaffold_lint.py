"""What the scaffolding commands write is formatted and clean; needs ruff."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app
from kernel.scaffolding.create import start_box, start_module
from kernel.scaffolding.project import Project

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["a", "bookmarks", "a_name_of_27_characters_abc"])
@pytest.mark.parametrize("box", [None, "labs", "a_box_of_20_letters1"])
def test_module_is_clean(tmp_path: Path, name: str, box: str | None) -> None:
    root = tmp_path / "app"
    (root / "modules").mkdir(parents=True)
    for folder in ("kernel", "web"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "pyproject.toml", root)
    app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite://"})
    project = Project(app, root, {})
    if box:
        start_box(project, box)
    start_module(project, name, box)
    for command in (["format", "--diff"], ["check"]):
        arguments = [
            sys.executable,
            "-m",
            "ruff",
            *command,
            "--no-cache",
            str(root / "modules"),
        ]
        result = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout
