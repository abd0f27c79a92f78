"""What the site says of Shopyo, typed against the release that it names.

Needs network, for the packages: run by ``nox -s shopyo``.
"""

import re
import shutil
from importlib.metadata import version

import pytest

from tests.shopyo.conftest import PIECES
from tests.terminal import Terminal, block, status
from tests.visitor import Visitor

EMAIL, PASSWORD = "you@example.com", "a-long-pass-phrase"


@pytest.mark.pinned
@pytest.mark.parametrize("page", ["usage.rst", "shopyo.rst"])
def test_the_pages_name_the_release_that_is_typed(page: str) -> None:
    first_page, _ = block("usage.rst", "shopyo-first-page")
    install, _ = block("shopyo.rst", "shopyo-install")
    command = first_page[0] if page == "usage.rst" else install[0]
    named = dict(re.findall(r"([\w-]+)==([\w.]+)", command))
    assert named["shopyo"] == "4.19.0"
    assert named == {package: version(package) for package in named}


def test_first_page(terminal: Terminal) -> None:
    _install, *commands = block("usage.rst", "shopyo-first-page")[0]
    with terminal.serve(*commands) as url:
        assert status(f"{url}/product/") == 200


def test_the_whole_road(terminal: Terminal) -> None:
    """Accounts, an admin panel, a module and a box; the install is the session's."""
    assert block("shopyo.rst", "shopyo-install")[0]
    new, enter, env = block("shopyo.rst", "shopyo-new")[0]
    terminal.must_run(new)
    project = Terminal(terminal.folder / enter.removeprefix("cd "))
    project.must_run(env)
    project.must_run(f"patch init.py {PIECES / 'init.diff'}")
    project.must_run(*block("shopyo.rst", "shopyo-module-and-box")[0])
    with project.serve(*block("shopyo.rst", "shopyo-run")[0]) as url:
        visitor = Visitor(url)
        for path in ("/", "/product/", "/blog/"):
            assert visitor.get(path).status == 200
        assert visitor.get("/shopyo-dashboard/").path == "/shopyo-auth/login"
        visitor.submit("/shopyo-auth/login", email=EMAIL, password=PASSWORD)
        dashboard = visitor.get("/shopyo-dashboard/")
        assert (dashboard.status, dashboard.path) == (200, "/shopyo-dashboard/")
        assert "/product" in dashboard.text
        assert EMAIL in visitor.get("/shopyo-appadmin/").text
        assert visitor.get("/admin/").path == "/admin/"


def test_modules_and_boxes(project: Terminal) -> None:
    project.must_run(*block("modules.rst", "shopyo-modules")[0])
    modules = project.folder / "modules"
    for module in ("product", "box__community/blog"):
        for file in ("view.py", "info.json", "models.py", "forms.py", "global.py"):
            assert (modules / module / file).is_file()
    with project.serve("flask run") as url:
        assert status(f"{url}/product/") == 200
        assert status(f"{url}/blog/") == 200


def test_what_startapp_writes(project: Terminal) -> None:
    project.must_run("shopyo startapp product")
    product = project.folder / "modules/product"
    assert "blueprint = mhelp.blueprint" in (product / "view.py").read_text()
    assert "from init import db" in (product / "models.py").read_text()
    assert "available_everywhere" in (product / "global.py").read_text()
    assert (product / "templates/product").is_dir()


def test_its_tests_run_with_a_conftest_of_your_own(with_accounts: Terminal) -> None:
    with_accounts.must_run("shopyo startapp product")
    shutil.copy(PIECES / "conftest.py", with_accounts.folder)
    install, run = block("shopyo.rst", "shopyo-tests")[0]
    assert install == "pip install pytest"  # the session did
    assert "1 passed" in with_accounts.must_run(run)
