"""A module that Shopyo wrote moves over, with the test that Shopyo wrote for it."""

import shutil
from pathlib import Path

import pytest

from tests.environment import Environment
from tests.shopyo.conftest import PIECES
from tests.terminal import ROOT, Terminal, block

EXAMPLE = ROOT / "examples/after_modular"
LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")
TEST = "tests/test_product_functional.py"


@pytest.fixture
def shop(project: Terminal) -> Terminal:
    """A Shopyo project with a module that has a table and a page of its own."""
    project.must_run("shopyo startapp product")
    product = project.folder / "modules/product"
    for file in ("models.py", "view.py"):
        shutil.copy(PIECES / "before" / file, product)
    shutil.copy(PIECES / "conftest.py", project.folder)
    return project


@pytest.fixture
def modular(tmp_path: Path) -> Terminal:
    """A shell in the modular app, beside the Shopyo project, with what it needs."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "ours", ignore=LEFT_BEHIND)
    environment = Environment(tmp_path / "environment")
    environment.install("-r", str(folder / "requirements-dev.txt"))
    terminal = Terminal(folder)
    terminal.env["PATH"] = f"{environment.scripts}:{terminal.env['PATH']}"
    return terminal


def test_a_module_moves(shop: Terminal, modular: Terminal) -> None:
    _install, run = block("shopyo.rst", "shopyo-tests")[0]
    assert "1 passed" in shop.must_run(run)

    modular.must_run(*block("shopyo.rst", "shopyo-move")[0])
    product = modular.folder / "modules/product"
    shutil.copytree(PIECES / "product", product, dirs_exist_ok=True)
    migrate, initialize, test, check = block("shopyo.rst", "shopyo-moved")[0]
    modular.must_run(migrate, initialize)
    assert "1 passed" in modular.must_run(test)
    modular.must_run(check)

    # The test is Shopyo's, to the letter.
    assert (product / TEST).read_text() == (
        shop.folder / "modules/product" / TEST
    ).read_text()
