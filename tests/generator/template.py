"""Repositories to start apps from, and the apps that were started."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import yaml

from tests.terminal import ROOT

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
OPTIONAL = tuple(
    yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))["optional"]["default"]
)
# Every choice of the modules that can be left out, the smallest first.
CHOICES = [
    choice
    for size in range(len(OPTIONAL) + 1)
    for choice in combinations(OPTIONAL, size)
]


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
    """A Git repository that apps are started from."""

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

    def start(self, folder: Path, **answers: str) -> App:
        """Start an app in a folder that is not there yet."""
        data = [f"--data={key}={value}" for key, value in answers.items()]
        paths = (str(self.folder), str(folder))
        command = ("copy", "--quiet", "--defaults", *data, *paths)
        result = self.copier(*command, cwd=folder.parent)
        assert result.returncode == 0, result.stderr
        return App(folder)


@dataclass(frozen=True)
class App:
    """An app that was started from the template."""

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
        """Return the text of every file that was written, by its path."""
        paths = {
            path.relative_to(self.folder)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        return {
            path.as_posix(): (self.folder / path).read_text("utf-8")
            for path in sorted(paths)
            if not {".git", "instance", "__pycache__"} & {*path.parts}
        }
