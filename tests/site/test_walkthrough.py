"""The commands of the pages, typed as they stand there."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, block, status

EXAMPLES = ROOT / "examples"
LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")


def copy(example: str, folder: Path) -> Path:
    """Copy an example out of the repository, as the reader does."""
    return shutil.copytree(EXAMPLES / example, folder / example, ignore=LEFT_BEHIND)


@pytest.fixture
def modular(tmp_path: Path) -> Terminal:
    """A shell in a fresh copy of the modular app."""
    return Terminal(copy("after_modular", tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="the block is for other systems")
def test_virtual_environment(tmp_path: Path) -> None:
    commands, _ = block("usage.rst", "virtual-environment")
    printed = Terminal(tmp_path).must_run(*commands, "command -v python")
    assert printed.strip() == str(tmp_path / ".venv/bin/python")


@pytest.mark.parametrize("example", ["before_monolith", "after_modular"])
def test_run_an_example(example: str, tmp_path: Path) -> None:
    """From an empty environment: what the app needs, its requirements bring."""
    environment, _ = block("usage.rst", "virtual-environment")
    commands, _ = block("usage.rst", "run-an-example")
    with Terminal(copy(example, tmp_path)).serve(*environment, *commands) as url:
        assert status(f"{url}/blog/") == 200
        assert status(f"{url}/readyz") == 200


def test_keep_two_modules(modular: Terminal) -> None:
    initialize, create_admin, run = block("usage.rst", "keep-two-modules")[0]
    create_admin += " --password correct-horse-battery"
    with modular.serve(initialize, create_admin, run) as url:
        assert status(f"{url}/auth/login") == 200
        assert status(f"{url}/admin/") == 200
        assert status(f"{url}/blog/") == 404


def test_run_the_tests(modular: Terminal) -> None:
    commands, _ = block("usage.rst", "run-the-tests")
    install, everything, one_module = commands
    assert install == "pip install -r requirements-dev.txt"  # see run_an_example
    assert everything == "pytest"  # the app's own session runs it
    assert " passed" in modular.must_run(one_module)


def test_production_names_what_is_missing(modular: Terminal) -> None:
    commands, shown = block("usage.rst", "production")
    result = modular.run(*commands)
    assert result.returncode != 0
    assert result.stderr.splitlines() == shown


def test_granian(modular: Terminal) -> None:
    modular.must_run("flask initialize")
    with modular.serve(*block("usage.rst", "granian")[0]) as url:
        assert status(f"{url}/readyz") == 200


def test_bookmarks(modular: Terminal) -> None:
    page = "tutorial/first-module.rst"
    shutil.copytree(
        ROOT / "docs/walkthrough/bookmarks", modular.folder / "modules/bookmarks"
    )
    commands, _ = block("tutorial/first-module.rst", "add-bookmarks")
    install, test = commands[2:4]
    assert install == "pip install -r requirements-dev.txt"  # see run_an_example
    del commands[2]
    with modular.serve(*commands) as url:
        assert status(f"{url}/bookmarks/") == 200
        assert status(f"{url}/readyz") == 200
    assert "2 passed" in modular.must_run(test)
    assert "bookmarks" in modular.must_run("flask modules")
    assert "Up to date." in modular.must_run("flask initialize")
    shown = (ROOT / "docs" / page).read_text("utf-8")
    for file in (ROOT / "docs/walkthrough/bookmarks").rglob("*.*"):
        if file.is_file() and "__pycache__" not in file.parts:
            assert file.relative_to(ROOT).as_posix() in shown


def test_startapp(modular: Terminal) -> None:
    modular.must_run(*block("tutorial/first-module.rst", "startapp")[0])
    with modular.serve("flask run") as url:
        assert status(f"{url}/recipes/") == 200


def test_check(modular: Terminal) -> None:
    commands, shown = block("architecture.rst", "check")
    assert modular.must_run(*commands).splitlines() == shown


def test_a_misspelled_call(modular: Terminal) -> None:
    commands, shown = block("architecture.rst", "misspelled-call")
    install, misspell, check = commands
    assert install == "pip install -r requirements-dev.txt"  # see run_an_example
    assert "Success" in modular.must_run(check)
    result = modular.run(misspell, check)
    assert result.returncode == 1
    assert result.stdout.splitlines() == shown


def test_modules_are_listed(modular: Terminal) -> None:
    printed = modular.must_run(*block("modules.rst", "list-modules")[0])
    names = [line.split()[0] for line in printed.splitlines()]
    assert names.index("auth") < names.index("blog") < names.index("dashboard")
