"""From an empty folder to an admin page and a first event, typed from the page."""

from __future__ import annotations

import re
import shutil
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, block, status

from .template import Template

KITCHEN = ROOT / "docs/walkthrough/kitchen"
PASSWORD = "correct-horse-battery"
ACTIVATE = "source ../.venv/bin/activate"


@pytest.mark.real_installation
@pytest.mark.parametrize(
    "modules", ["admin,billing,community,dashboard", "admin", "admin,blog"]
)
def test_from_an_empty_folder(modules: str, template: Template, tmp_path: Path) -> None:
    """The environment is empty, too: what an app needs, its requirements bring."""
    (store_path,) = block("start-your-own.rst", "repository")[0]
    clone = Terminal(template.folder).must_run(store_path, 'echo "$REPOSITORY"')
    terminal = Terminal(tmp_path, {"REPOSITORY": clone.strip()})
    environment, _ = block("usage.rst", "virtual-environment")
    install, copy = block("start-your-own.rst", "generate")[0]
    copy = copy.replace("--defaults", f"--defaults -d modules={modules}")
    terminal.must_run(*environment, install, copy)

    enter, install, start = block("start-your-own.rst", "run-your-own")[0]
    assert enter == "cd myapp"
    terminal.folder = tmp_path / "myapp"
    with terminal.serve(ACTIVATE, install, f"{start} --password {PASSWORD}") as url:
        browser = logged_in(url)
        assert "you@example.com" in browser.open(f"{url}/admin/users").read().decode()
        assert status(f"{url}/") == 200


def test_a_first_module_and_event(template: Template, tmp_path: Path) -> None:
    terminal = Terminal(template.start(tmp_path / "myapp", modules="admin").folder)
    install, *commands = block("start-your-own.rst", "first-module")[0]
    assert install == "pip install -r requirements-dev.txt"  # these tests have them
    terminal.must_run(*commands)
    with terminal.serve("flask run") as url:
        assert status(f"{url}/recipes/") == 200

    terminal.must_run(*block("start-your-own.rst", "second-module")[0])
    kitchen = terminal.folder / "modules/kitchen"
    shutil.copy(KITCHEN / "listeners.py", kitchen)
    shutil.copy(KITCHEN / "test_listeners.py", kitchen / "tests")
    terminal.must_run(f"patch -p1 < {KITCHEN / 'manifest.diff'}")
    printed = terminal.must_run(*block("start-your-own.rst", "first-event")[0])
    assert " passed" in printed
    assert "skipped" not in printed
    assert "deselected" not in printed


def logged_in(url: str) -> urllib.request.OpenerDirector:
    """Log in as the admin, as a browser does."""
    cookies = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(cookies)
    page = browser.open(f"{url}/auth/login").read().decode()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    form = {
        "csrf_token": token[1],
        "email": "you@example.com",
        "password": PASSWORD,
    }
    data = urllib.parse.urlencode(form).encode()
    assert browser.open(f"{url}/auth/login", data).status == 200
    return browser
