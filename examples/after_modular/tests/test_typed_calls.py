"""A wrong call over a module boundary is an error of mypy, wherever it is written.

Each case is written into a copy of the app; mypy has to report it on its line.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("app.py", "config.py", "kernel", "modules", "web", "pyproject.toml")

REQUIRED = "from modules.auth import api as auth\n\n\n"
OPTIONAL = """from kernel import has_module


def ask() -> None:
    if has_module("billing"):
        from modules.billing import api as billing

        {call}
"""
WRONG = {
    "a misspelled function": "{api}.{name}_typo(1)",
    "a wrong argument": '{api}.{name}("x")',
    "too many arguments": "{api}.{name}(1, 2)",
    "a wrong use of the result": "wrong: bytes = {api}.{name}(1)",
    "what the api imported": "{api}.published",
}
FILES = (
    "modules/dashboard/view_{}_{}.py",
    "modules/dashboard/listeners_{}_{}.py",
    "modules/dashboard/template_helpers_{}_{}.py",
    "modules/dashboard/tests/test_{}_{}.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the app with every wrong call in a file of each kind."""
    root = tmp_path_factory.mktemp("typed") / "app"
    for name in PARTS:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        root.mkdir(exist_ok=True)
        copy(source, root / name)
    for file in FILES:
        for number, call in enumerate(WRONG.values()):
            required = call.format(api="auth", name="find")
            optional = call.format(api="billing", name="plan_of")
            for kind, text in {
                "required": f"{REQUIRED}def ask() -> None:\n    {required}\n",
                "optional": OPTIONAL.format(call=optional),
            }.items():
                (root / file.format(number, kind)).write_text(text)
    return root


@pytest.fixture(scope="module")
def errors(copy: Path) -> str:
    """Return what mypy reports."""
    command = [sys.executable, "-m", "mypy", "modules/dashboard"]
    result = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, check=False
    )
    return result.stdout


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("number", range(len(WRONG)), ids=list(WRONG))
@pytest.mark.parametrize("kind", ["required", "optional"])
def test_a_wrong_call_is_an_error(
    errors: str, file: str, number: int, kind: str
) -> None:
    name = file.format(number, kind)
    line = 5 if kind == "required" else 8
    assert f"{name}:{line}: error: " in errors, errors
