"""Repositories to generate apps from, the apps, and environments for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.terminal import ROOT

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a folder; return what it prints."""
    return subprocess.run(
        ["git", *IDENTITY, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything that is in a folder."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@dataclass(frozen=True)
class Template:
    """A Git repository that apps are generated from."""

    folder: Path

    @classmethod
    def of_this_tree(cls, folder: Path) -> Template:
        """Copy the working tree, committed or not, and call it 1.0.0."""
        known = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")
        for name in git(ROOT, *known).split("\0"):
            if (source := ROOT / name).is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        git(folder, "init", "--quiet", "--initial-branch=main")
        template = cls(folder)
        template.release("1.0.0")
        return template

    def release(self, version: str) -> None:
        """Commit what is there as a version."""
        commit(self.folder, version)
        git(self.folder, "tag", version)

    def copier(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run the command ``copier``."""
        return subprocess.run(
            [sys.executable, "-m", "copier", *arguments],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )

    def render(self, file: str, **answers: str) -> str:
        """Return the text that one file of an app would have."""
        with tempfile.TemporaryDirectory() as folder:
            return self.start(Path(folder) / "app", **answers).files()[file]

    def start(self, folder: Path, **answers: str) -> App:
        """Generate an app in a folder that does not exist yet."""
        data = [f"--data={key}={value}" for key, value in answers.items()]
        paths = (str(self.folder), str(folder))
        command = ("copy", "--quiet", "--defaults", *data, *paths)
        result = self.copier(*command, cwd=folder.parent)
        assert result.returncode == 0, result.stderr
        return App(folder)


@dataclass(frozen=True)
class App:
    """An app that was generated from the template."""

    folder: Path

    def python(self, *arguments: str) -> str:
        """Run Python in the app, which must succeed; return what it prints."""
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{arguments}\n{result.stdout}{result.stderr}"
        return result.stdout

    def must_run(self, *command: str) -> str:
        """Run a tool, such as ``flask modules``; return what it prints."""
        return self.python("-m", *command)

    def ci_commands(self) -> list[list[str]]:
        """Return the commands of the app's own CI workflow, in their order."""
        workflow = self.folder / ".github/workflows/ci.yml"
        steps = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]["check"]["steps"]
        return [step["run"].split() for step in steps if "run" in step]

    def files(self) -> dict[str, str]:
        """Return the text of every text file that was written, by its path."""
        paths = {
            path.relative_to(self.folder)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        return {
            path.as_posix(): (self.folder / path).read_text("utf-8")
            for path in sorted(paths)
            if not {".git", "instance", "__pycache__", ".ruff_cache"} & {*path.parts}
            and path.suffix != ".woff2"  # a font
        }


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the packages of one app."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> Environment:
        """Create an empty environment, with uv where it is installed."""
        command = ["uv", "venv", "--quiet"] if _uv() else [sys.executable, "-m", "venv"]
        python = ["--python", sys.executable] if _uv() else []
        subprocess.run([*command, *python, str(folder)], check=True)
        return cls(folder)

    def install(self, file: Path) -> None:
        """Install the packages of a requirements file."""
        pip = ["uv", "pip"] if _uv() else ["pip"]
        self.must_run(file.parent, *pip, "install", "--quiet", "-r", str(file))

    def must_run(self, folder: Path, *command: str) -> None:
        """Run a command, which must succeed, with this environment on the path."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(self.folder)}
        program = shutil.which(command[0], path=path) or command[0]
        result = subprocess.run(
            [program, *command[1:]],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def _uv() -> bool:
    return shutil.which("uv") is not None
