"""What the site says of Shopyo, typed against the release that it names.

Needs network, for pip: run by ``nox -s shopyo``.
"""

from pathlib import Path

import pytest

from tests.terminal import Terminal, block, status

RELEASE = "4.19.0"
KEY = {"SECRET_KEY": "change-me-to-something-random"}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A shell in an empty directory."""
    return Terminal(tmp_path)


@pytest.fixture
def project(terminal: Terminal) -> Terminal:
    """A shell in a new Shopyo project, with its secret key set."""
    terminal.must_run("shopyo new myapp")
    return Terminal(terminal.folder / "myapp", KEY)


def test_first_page(terminal: Terminal) -> None:
    commands, _ = block("usage.rst", "shopyo-first-page")
    assert commands[0] == f"pip install shopyo=={RELEASE}"  # the session did
    with terminal.serve(*commands[1:]) as url:
        assert status(f"{url}/product/") == 200


def test_it_refuses_to_start_without_a_secret_key(terminal: Terminal) -> None:
    terminal.must_run("shopyo new myapp")
    result = Terminal(terminal.folder / "myapp").run("flask routes")
    assert "Refusing to start: SECRET_KEY is unset" in result.stderr


def test_modules_and_boxes(project: Terminal) -> None:
    project.must_run(*block("modules.rst", "shopyo-modules")[0])
    modules = project.folder / "modules"
    for module in ("product", "box__community/blog"):
        for file in ("view.py", "info.json", "models.py", "forms.py", "global.py"):
            assert (modules / module / file).is_file()
    with project.serve("flask run") as url:
        assert status(f"{url}/product/") == 200
        assert status(f"{url}/blog/") == 200


def test_a_box_without_its_prefix_stops_the_app(project: Terminal) -> None:
    project.must_run("shopyo startbox community")
    result = project.run("flask routes")
    assert result.returncode != 0
    assert "No module named 'modules.community.view'" in result.stderr


def test_blueprint_comes_from_module_help(project: Terminal) -> None:
    project.must_run("shopyo startapp product")
    view = (project.folder / "modules/product/view.py").read_text()
    assert "blueprint = mhelp.blueprint" in view
    assert (project.folder / "modules/product/templates/product").is_dir()


def test_one_database_object_for_the_app(project: Terminal) -> None:
    project.must_run("shopyo startapp product")
    models = (project.folder / "modules/product/models.py").read_text()
    assert "from init import db" in models


def test_values_for_all_templates_stand_in_global(project: Terminal) -> None:
    project.must_run("shopyo startapp product")
    text = (project.folder / "modules/product/global.py").read_text()
    assert "available_everywhere" in text
