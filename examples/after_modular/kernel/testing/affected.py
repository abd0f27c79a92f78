"""Run the tests that a change can affect: ``python -m kernel.testing.affected``.

What a change can reach follows from the manifests: the code inside of a module is
seen by nobody else, and what it publishes by those that name it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import click

from kernel.discovery import discover
from kernel.manifest import Module

ROOT = Path(__file__).parents[2]
EVERYTHING = "tests"  # tests/test_modules.py runs the tests of every module
TOGETHER = "tests/integration"
PUBLISHED = ("__init__.py", "api.py", "events.py", "stand_in.py", "values.py")


def affected(changed: Iterable[str], modules: Iterable[Module]) -> dict[str, str]:
    """Return what to run: a path for pytest each, and the file that is the reason.

    :param changed: the files, as paths from the folder of ``app.py``.
    """
    found = list(modules)
    reasons: dict[str, str] = {}
    for file in changed:
        for path in _tests_for(PurePosixPath(file), found):
            reasons.setdefault(path, file)
    if EVERYTHING in reasons:
        return {EVERYTHING: reasons[EVERYTHING]}
    return dict(sorted(reasons.items()))


def _tests_for(file: PurePosixPath, modules: list[Module]) -> list[str]:
    if file.suffix == ".md":
        return []
    if file.is_relative_to(TOGETHER):
        return [TOGETHER]
    module = next((m for m in modules if file.is_relative_to(_folder(m))), None)
    if module is None:  # the kernel, a shared template, a module that is gone
        return [EVERYTHING]
    inside = file.relative_to(_folder(module))
    if inside.parts[0] == "tests":
        return [_folder(module)]
    if str(inside) not in PUBLISHED:
        return [_folder(module), TOGETHER]
    callers = [m for m in modules if module.name in (*m.depends_on, *m.uses)]
    return [*map(_folder, [module, *callers]), TOGETHER]


def _folder(module: Module) -> str:
    return module.path.relative_to(ROOT).as_posix()


def changed_files(base: str) -> list[str]:
    """Return the files that differ from where this branch left ``base``.

    What is not committed yet counts, and so do new files that Git does not know.
    """
    start = _git("merge-base", base, "HEAD")[0]
    renamed = "--no-renames"  # a file that moved is gone from where it was
    changed = _git("diff", "--name-only", "--relative", renamed, start)
    return sorted({*changed, *_git("ls-files", "--others", "--exclude-standard")})


def _git(*arguments: str) -> list[str]:
    result = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise click.ClickException(f"git {arguments[0]}: {result.stderr.strip()}")
    return result.stdout.splitlines()


@click.command()
@click.option("--base", default="HEAD", show_default=True, help="Compare with this.")
@click.option("--list", "only_list", is_flag=True, help="Run nothing.")
def main(base: str, only_list: bool) -> None:
    """Run the tests that the changes since BASE can affect."""
    failed = []
    for path, reason in affected(
        changed_files(base), discover(ROOT / "modules")
    ).items():
        click.echo(f"{path}  because of {reason}")
        # Each module in a process of its own, as its tests want it.
        if not only_list and subprocess.call(
            [sys.executable, "-m", "pytest", "-q", path], cwd=ROOT
        ):
            failed.append(path)
    if failed:
        raise click.ClickException(f"These failed: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
