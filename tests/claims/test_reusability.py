"""Reusability: the accounts move into another app, and their tests come along."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Recorder
from .copies import FOLDERS, NOT_NEEDED, ROOT, must, python
from .reports import run_tests

# What a module depends on: the essential kernel and two layers, the settings, and the
# parts of the site around it: forms, mail, error pages, layout.
KERNEL = (
    *(
        f"kernel/{path.name}"
        for path in sorted((FOLDERS["after"] / "kernel").glob("*.py"))
    ),
    "kernel/alembic",
    "kernel/deliveries",
    "kernel/outbox",
    "config.py",
    "web",
    "modules/__init__.py",
)
MODULE = ("modules/auth",)
FOR_ITS_TESTS = ("kernel/testing", "conftest.py", "pyproject.toml")

NEW_APP = '''\
"""Another app: a shelf for books. It has accounts, and wrote none of them."""

import os

from flask import Flask

import kernel
import web
from config import Settings
from kernel import deliveries, outbox


def create_app(config=None, *, modules=()):
    environment = {**os.environ, **(config or {})}
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config.from_object(Settings.load(environment))
    app.config.update(config or {})
    kernel.init_app(app, environment)
    web.init_app(app)
    deliveries.init_app(app)
    outbox.init_app(app)
    app.add_url_rule("/shelf", view_func=lambda: "My books")
    return kernel.load_modules(app, only=modules)
'''


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Another app, with the module moved in."""
    for name in (*KERNEL, *MODULE, *FOR_ITS_TESTS):
        source, target = FOLDERS["after"] / name, tmp_path / "shelf" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=NOT_NEEDED)
        else:
            shutil.copy(source, target)
    (tmp_path / "shelf" / "app.py").write_text(NEW_APP)
    return tmp_path / "shelf"


def test_accounts_work_in_another_app(shelf: Path, record: Recorder) -> None:
    must(python("-m", "tests.claims.probe", str(shelf), "/shelf", "books", folder=ROOT))
    report = run_tests(shelf, "modules/auth")
    record(
        "reusability",
        lines_written_for_the_new_app=len(NEW_APP.splitlines()),
        moved=[*KERNEL, *MODULE, *FOR_ITS_TESTS],
        tests_passed_there=len(report.passed),
    )
    assert report.failed == [], report.output
