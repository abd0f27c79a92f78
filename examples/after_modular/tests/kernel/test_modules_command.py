"""The command `flask modules`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
WITHOUT_TOOLS = """
import sys
from app import create_app
app = create_app({
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "WEBHOOK_SECRET": "whsec_" + "ZGV2" * 8,
    "DATABASE_URL": "sqlite://",
    "BASE_URL": "https://www.example.com",
})
assert "importlinter" not in sys.modules
assert "sqlglot" not in sys.modules
assert "kernel.boundaries.guard" not in sys.modules
sys.modules["importlinter"] = None
result = app.test_cli_runner().invoke(args=["modules", "check"])
print(result.exit_code, result.output)
"""


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["modules", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_lists_the_modules_in_their_order(app: Flask) -> None:
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
def test_the_graph_has_an_arrow_for_each_relation(
    app: Flask, notation: str, needs: str, uses: str
) -> None:
    lines = run(app, "graph", "--format", notation).splitlines()
    assert {needs, uses} <= set(lines)


def test_a_server_needs_no_tools() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_TOOLS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == (
        "1 Error: 'check' needs importlinter, which is not installed. Run pip install "
        "-r requirements-dev.txt.\n\n"
    ), result.stderr
