"""What the tests of Shopyo's road start from."""

import shutil
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal

PIECES = ROOT / "docs/walkthrough/shopyo"
KEY = {"SECRET_KEY": "change-me-to-something-random"}


def pytest_configure(config: pytest.Config) -> None:
    pinned = "pinned: of the releases that the page names, and of no others"
    config.addinivalue_line("markers", pinned)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A shell in an empty directory."""
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new Shopyo project, to copy."""
    folder = tmp_path_factory.mktemp("new")
    Terminal(folder).must_run("shopyo new myapp")
    return folder / "myapp"


@pytest.fixture
def project(new_project: Path, tmp_path: Path) -> Terminal:
    """A shell in a new Shopyo project, with its secret key set."""
    return Terminal(shutil.copytree(new_project, tmp_path / "myapp"), KEY)


@pytest.fixture
def with_accounts(project: Terminal) -> Terminal:
    """A shell in a Shopyo project that has the edit of the page."""
    project.must_run(f"patch init.py {PIECES / 'init.diff'}")
    return project
