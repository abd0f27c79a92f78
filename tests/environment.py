"""Make virtual environments: with uv where it is present, or else with pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

SCRIPTS = "Scripts" if os.name == "nt" else "bin"
TOOL = "uv" if shutil.which("uv") else "pip"


class Environment:
    """An empty virtual environment in ``folder``, made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.scripts = folder / SCRIPTS
        self.python = self.scripts / "python"
        if TOOL == "uv":
            interpreter = ["--python", sys.executable]
            _run("uv", "venv", "--quiet", "--no-project", *interpreter, str(folder))
        else:
            venv.create(folder, with_pip=True)

    def install(self, *arguments: str, folder: Path | None = None) -> None:
        """Do what ``pip install`` does with these arguments, in ``folder``.

        :raises RuntimeError: with its output, if it fails.
        """
        if TOOL == "uv":
            command = ["uv", "pip", "install", "--python", str(self.python)]
        else:
            command = [str(self.python), "-m", "pip", "install"]
        _run(*command, "--quiet", *arguments, folder=folder)


def _run(*command: str, folder: Path | None = None) -> None:
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
