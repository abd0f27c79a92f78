"""A module that can't be used stops the app with one line, and no traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    "kernel",
    "web",
    "modules",
    "app.py",
    "config.py",
)

MANIFEST = """
from kernel import Module

module = Module(import_name=__name__, title="Shop", summary="Sells things.")
"""
VIEW = """
from flask import Blueprint

blueprint = Blueprint("shop", __name__, template_folder="templates")
"""
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry


class Base(DeclarativeBase):
    registry = module_registry()


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
LISTENER = """
from kernel import listens


@listens("auth.UserVanished")
def cry(event):
    pass
"""


class Shop:
    """A copy of the app with a further module, ``shop``."""

    def __init__(self, folder: Path) -> None:
        for name in PARTS:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)
        self.folder = folder
        self.write("__init__.py", MANIFEST)

    def write(self, file: str, text: str) -> None:
        """Write a file of the module."""
        path = self.folder / "modules/shop" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def flask(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a ``flask`` command of the app."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=self.folder,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def refusal(self, *arguments: str, **env: str) -> str:
        """Return the only line that a command that fails prints."""
        result = self.flask(*(arguments or ("modules",)), **env)
        assert result.returncode != 0, result.stdout
        (line,) = result.stderr.splitlines()
        return line


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a copy of the app with a module that has a manifest only."""
    return Shop(tmp_path)


def test_manifest_is_enough(shop: Shop) -> None:
    result = shop.flask("modules")
    assert "shop            /shop" in result.stdout


def test_view_without_a_blueprint(shop: Shop) -> None:
    shop.write("view.py", "")
    assert "no blueprint named 'shop'" in shop.refusal()


def test_blueprint_of_another_name(shop: Shop) -> None:
    shop.write("view.py", VIEW.replace('"shop"', '"market"'))
    assert "no blueprint named 'shop'" in shop.refusal()


def test_template_that_would_hide_another(shop: Shop) -> None:
    shop.write("view.py", VIEW)
    shop.write("templates/layout.html", "mine")
    assert "Move it into templates/shop/" in shop.refusal()


def test_table_of_nobody(shop: Shop) -> None:
    shop.write("models.py", MODELS)
    assert "Name it 'shop_thing'" in shop.refusal()


def test_listener_to_an_event_that_does_not_exist(shop: Shop) -> None:
    manifest = MANIFEST.replace("summary=", 'depends_on=("auth",), summary=')
    shop.write("__init__.py", manifest)
    shop.write("listeners.py", LISTENER)
    assert "'auth' publishes no such event" in shop.refusal()


def test_same_prefix_twice(shop: Shop) -> None:
    manifest = MANIFEST.replace("summary=", 'url_prefix="/auth", summary=')
    shop.write("__init__.py", manifest)
    line = shop.refusal()
    assert "auth/__init__.py" in line
    assert "shop/__init__.py" in line


def test_unknown_module_in_the_environment(shop: Shop) -> None:
    assert "MODULES names blgo" in shop.refusal(MODULES="auth,blgo")


def test_wrong_setting(shop: Shop) -> None:
    assert "MAIL_PORT is 'x'" in shop.refusal("run", MAIL_PORT="x")


def test_database_that_can_not_be_opened(shop: Shop) -> None:
    line = shop.refusal("initialize", DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert line.startswith("Error: The database did not answer: unable to open")
    assert "DATABASE_URL" in line


def test_stray_files_are_left_alone(shop: Shop) -> None:
    (shop.folder / "modules/notes.txt").write_text("remember the milk")
    (shop.folder / "modules/drafts").mkdir()
    assert shop.flask("modules").returncode == 0


def test_initialize_says_where_and_what(shop: Shop) -> None:
    first = shop.flask("initialize").stdout
    assert "Database: sqlite:///" in first
    assert "Migrated to " in first
    assert shop.flask("initialize").stdout.endswith("Up to date.\n")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("import flsk", "view.py:1: ModuleNotFoundError: No module named 'flsk'"),
        ("def broken(:", "view.py:1: SyntaxError: invalid syntax"),
        ("\nexit(3)", "view.py:2: SystemExit: 3"),
    ],
)
def test_file_that_does_not_import(shop: Shop, text: str, part: str) -> None:
    shop.write("view.py", text)
    line = shop.refusal()
    assert line.startswith("The module 'shop' can't be loaded.")
    assert part in line


def test_manifest_that_does_not_import(shop: Shop) -> None:
    shop.write("__init__.py", "1 / 0")
    assert "shop/__init__.py:1: ZeroDivisionError" in shop.refusal()
