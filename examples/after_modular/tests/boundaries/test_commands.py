"""The commands of ``flask modules``."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from .conftest import ROOT, flask, python
from .test_rules import BREAKAGES

WITHOUT_TOOLS = """
import sys
from app import create_app
app = create_app()
assert not {"importlinter", "sqlglot", "tree_sitter"} & sys.modules.keys()
sys.modules["importlinter"] = None
result = app.test_cli_runner().invoke(args=["modules", "check"])
print(result.exit_code, result.output)
"""


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["modules", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_lists_the_modules_in_load_order(app: Flask) -> None:
    first, *_, last = run(app).splitlines()
    assert first.split() == ["auth", "/auth"]
    assert last.split() == ["dashboard", "/dashboard", "depends", "on", "auth"]
    assert "blog            /blog               in the box community" in run(app)


def test_json_holds_the_manifests(app: Flask) -> None:
    known = json.loads(run(app, "--json"))
    (blog,) = (each for each in known["active"] if each["name"] == "blog")
    assert blog["depends_on"] == ["auth"]
    assert blog["box"] == "community"
    assert known["quarantined"] == []


@pytest.mark.parametrize(
    ("notation", "needs", "uses"),
    [
        ("mermaid", "    blog --> auth", "    blog -.-> billing"),
        ("dot", '    "blog" -> "auth"', '    "blog" -> "billing" [style=dashed]'),
    ],
)
def test_the_graph_has_an_arrow_for_each_dependency(
    app: Flask, notation: str, needs: str, uses: str
) -> None:
    lines = run(app, "graph", "--format", notation).splitlines()
    assert {needs, uses} <= set(lines)


def test_the_app_starts_without_the_tools() -> None:
    assert python(ROOT, WITHOUT_TOOLS) == (
        "1 Error: 'check' needs importlinter, which is not installed. Run pip install "
        "-r requirements-dev.txt.\n\n"
    )


@pytest.mark.parametrize("command", ["baseline", "ratchet"])
def test_the_baseline_accepts_known_violations_and_only_shrinks(
    copy: Path, command: str
) -> None:
    path = copy / BREAKAGES["imports"].file
    fixed = path.read_text("utf-8")
    BREAKAGES["imports"].apply(copy)
    code, lines = flask(copy, "modules", command)
    assert code == 0
    assert lines[-1] == (
        "Violations written to known_violations.txt: 1. It may only shrink."
    )
    code, lines = flask(copy, "modules", "check")
    assert code == 0
    assert lines[0].endswith("Known violations left: 1.")
    started = python(copy, "from app import create_app; create_app(); print('ok')")
    assert started == "ok\n"
    assert flask(copy, "modules", command)[0] == 1

    path.write_text(fixed, "utf-8")
    code, lines = flask(copy, "modules", "check")
    assert code == 1
    pattern = r"known_violations.txt:\d: baseline: .*Remove the line\. \(errors/B99\)$"
    assert re.match(pattern, lines[0])


def test_a_broken_module_is_no_pass(copy: Path) -> None:
    with (copy / "modules/billing/view.py").open("a") as file:
        file.write("\nimport nothing_like_it\n")
    code, lines = flask(copy, "modules", "check")
    assert code == 1
    assert "The module 'billing' can't be loaded" in lines[-1]


def test_an_app_may_leave_out_modules_that_others_use(copy: Path) -> None:
    for folder in ("billing", "box__community", "dashboard"):
        shutil.rmtree(copy / "modules" / folder)
    assert flask(copy, "modules", "check") == (0, ["14 rules hold in 2 modules."])
