"""Where the road leaves the published quick start, and why."""

import re
import sys
from importlib.metadata import metadata, requires
from pathlib import Path

import pytest

from tests.environment import Environment
from tests.shopyo.conftest import KEY
from tests.terminal import Terminal, block, status
from tests.visitor import Visitor

USER = "--email me@example.com --password a-long-pass-phrase --admin"


def published() -> list[str]:
    """Return the commands of the quick start that the release itself carries."""
    text = str(metadata("shopyo").json["description"])
    found = re.search(r"## Quick start\s+```bash\n(.*?)```", text, re.DOTALL)
    assert found, "The release describes no quick start."
    return found[1].splitlines()


def test_the_published_quick_start(terminal: Terminal) -> None:
    """The page shows it as it is published, and where it stops."""
    commands, shown = block("shopyo.rst", "shopyo-published")
    assert commands == published()[: len(commands)]
    result = terminal.run(*commands[1:])  # the session installed it
    assert result.returncode != 0
    assert result.stderr.splitlines()[-1].startswith(shown[-1].removesuffix(" ..."))


def test_it_refuses_to_start_without_a_secret_key(terminal: Terminal) -> None:
    terminal.must_run("shopyo new myapp")
    result = Terminal(terminal.folder / "myapp").run("flask routes")
    assert "Refusing to start: SECRET_KEY is unset" in result.stderr


def test_the_env_file_needs_python_dotenv(terminal: Terminal) -> None:
    assert not any("dotenv" in line for line in requires("shopyo") or [])
    terminal.must_run("shopyo new myapp")
    project = Terminal(terminal.folder / "myapp")
    project.must_run("shopyo env", "flask routes")
    assert "Refusing" in project.run("FLASK_SKIP_DOTENV=1 flask routes").stderr


def test_the_package_alone_has_no_accounts(project: Terminal) -> None:
    assert "login" not in project.must_run("flask routes")


@pytest.mark.pinned
def test_the_next_release_of_accounts_does_not_fit(
    with_accounts: Terminal, tmp_path: Path
) -> None:
    environment = Environment(tmp_path / "environment")
    target = tmp_path / "newer"
    newer = ["--no-deps", f"--target={target}", "shopyo-auth==1.10.4"]
    environment.install(*newer)
    result = with_accounts.run(f"PYTHONPATH={target} {sys.executable} -m flask routes")
    assert "No module named 'shopyo.api.urls'" in result.stderr


def test_pages_are_not_where_the_quick_start_says(with_accounts: Terminal) -> None:
    with with_accounts.serve("flask run") as url:
        assert status(f"{url}/") == 404  # without -m
        assert status(f"{url}/dashboard") == 404
        assert status(f"{url}/shopyo-dashboard/") == 200


def test_accounts_that_are_not_seeded(with_accounts: Terminal) -> None:
    """``initialise`` asks, and drops; who was made by hand is not confirmed."""
    with_accounts.must_run("shopyo initialise -y", f"flask auth create-user {USER}")
    with with_accounts.serve("flask run") as url:
        visitor, (email, password) = Visitor(url), USER.split()[1:4:2]
        visitor.submit("/shopyo-auth/login", email=email, password=password)
        assert visitor.get("/shopyo-dashboard/").path == "/shopyo-auth/unconfirmed"

    assert "Aborted" in with_accounts.run("shopyo initialise < /dev/null").stderr
    assert email in with_accounts.must_run("flask auth list-users")
    with_accounts.must_run("shopyo initialise -y --db-only")
    assert email not in with_accounts.must_run("flask auth list-users")


def test_a_box_without_its_prefix_stops_the_app(project: Terminal) -> None:
    project.must_run("shopyo startbox community")
    result = project.run("flask routes")
    assert result.returncode != 0
    assert "No module named 'modules.community.view'" in result.stderr


def test_its_tests_ask_for_a_fixture_that_is_not_there(project: Terminal) -> None:
    project.must_run("shopyo startapp product")
    assert "fixture 'client' not found" in project.run("python -m pytest").stdout


def test_the_demo_does_not_start(terminal: Terminal) -> None:
    result = Terminal(terminal.folder, KEY).run("shopyo new myapp --demo")
    assert "No module named 'init'" in result.stderr
