"""A case: a minimal app that fails, the error that it prints, and the fix.

A case is a folder:

``broken/``
    The files of an app that fails.
``fixed/``
    The files that replace some of them, or are added.
``test_app.py``
    Tests that fail with the broken app, and pass with the fixed one.
``output.txt``
    The error. If it starts with ``$ command``, the command prints it. Otherwise it is
    the traceback of the tests.
``before.sh``, ``fix.sh``
    Commands to run before the error occurs, and those that replace the command that
    failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
MODULAR = HERE.parents[1] / "examples" / "after_modular"
# The modular app without its modules.
BASE = ("app.py", "config.py", "conftest.py", "pyproject.toml", "kernel", "web")
RUN_TESTS = HERE / "run_tests.py"
COMMAND = "$ "
TIMEOUT = 60  # seconds

LIBRARY_FRAME = re.compile(r'  File "(?:/|<(?!template))[^"]*", line .*\n(?:    .*\n)*')
CARETS = re.compile(r"^ +[~^]+ *\n", re.MULTILINE)
SUGGESTION = re.compile(r"\. Did you mean: '\w+'\?$", re.MULTILINE)  # by the Python
LIBRARIES = re.compile(r"/[^\s'\"]*(?=/site-packages/)")
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
ELLIPSIS = "  ...\n"
START = "Traceback (most recent call last)"


class Outcome(NamedTuple):
    """Whether the app works, and what it printed."""

    succeeded: bool
    output: str


class Case:
    """One error.

    :param folder: the folder of the case.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.output = folder / "output.txt"
        self.is_modular = folder.parent.name == "modular"

    def run(self, at: Path, *, fixed: bool) -> Outcome:
        """Run the app in the new folder ``at``, and return what it printed."""
        self.write(at, fixed=fixed)
        if (self.folder / "before.sh").exists():
            before = _shell((self.folder / "before.sh").read_text("utf-8"), at)
            assert before.succeeded, before.output
        if fixed and (self.folder / "fix.sh").exists():
            return _shell((self.folder / "fix.sh").read_text("utf-8"), at)
        if not (commands := self.commands):
            return self.run_tests(at)
        if fixed:  # a server that starts would not end
            commands = [each.replace("flask run", "flask routes") for each in commands]
        ended = [_shell(command, at) for command in commands]
        output = "".join(
            f"{COMMAND}{command}\n{outcome.output}"
            for command, outcome in zip(commands, ended, strict=True)
        )
        return Outcome(all(each.succeeded for each in ended), output)

    @property
    def commands(self) -> list[str]:
        """The commands that print the error; none if the tests print it."""
        printed = self.output.read_text("utf-8") if self.output.exists() else ""
        lines = printed.splitlines()
        return [x.removeprefix(COMMAND) for x in lines if x.startswith(COMMAND)]

    def write(self, at: Path, *, fixed: bool) -> None:
        """Copy the files of the app to the new folder ``at``.

        A case of the modular app replaces files of the example, or all of its modules.
        """
        if self.is_modular:
            own = (self.folder / "broken" / "modules" / "__init__.py").exists()
            ignored = shutil.ignore_patterns("__pycache__", "tests")
            for name in BASE if own else (*BASE, "modules"):
                if (MODULAR / name).is_dir():
                    shutil.copytree(MODULAR / name, at / name, ignore=ignored)
                else:
                    shutil.copy(MODULAR / name, at)
        shutil.copytree(self.folder / "broken", at, dirs_exist_ok=True)
        if fixed and (self.folder / "fixed").is_dir():
            shutil.copytree(self.folder / "fixed", at, dirs_exist_ok=True)
        if (self.folder / "test_app.py").exists():
            shutil.copy(self.folder / "test_app.py", at)

    def run_tests(self, at: Path) -> Outcome:
        """Run the tests of the case in the folder ``at``."""
        outcome = _run([sys.executable, "-W", "error", str(RUN_TESTS)], at)
        last = outcome.output.rfind(START)
        return outcome._replace(output=outcome.output[max(0, last) :])


def cases(kind: str) -> list[Case]:
    """Return the cases of a kind: ``"flask"`` or ``"modular"``."""
    return [Case(folder) for folder in sorted((HERE / kind).iterdir())]


def _shell(script: str, folder: Path) -> Outcome:
    return _run(["sh", "-ec", script], folder)


def _run(command: list[str], folder: Path) -> Outcome:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": path, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Outcome(result.returncode == 0, readable(result.stdout, folder))


def readable(output: str, folder: Path) -> str:
    """Shorten a traceback to the app's own lines, with paths relative to its folder."""
    for prefix in (folder.resolve(), folder):
        output = output.replace(f"{prefix}/./", "").replace(f"{prefix}/", "")
    output = LIBRARY_FRAME.sub(ELLIPSIS, CARETS.sub("", output))
    output = re.sub(f"(?:{re.escape(ELLIPSIS)})+", ELLIPSIS, output)
    output = output.replace(f"{START}:\n{ELLIPSIS}", f"{START}:\n")
    output = SUGGESTION.sub("", LIBRARIES.sub("...", output))
    return ADDRESS.sub("0x7f0000000000", output).rstrip() + "\n"
