"""The contract: what the product does, seen over HTTP, whichever app does it.

    pytest tests/contract                     each app of apps.py, in this process
    pytest tests/contract --app NAME          one of them
    pytest tests/contract --apps-dir DIR      the apps of another folder
    pytest tests/contract --base-url URL ...  a running server

A running server needs MAIL_BACKEND=file and the options that LIVE_OPTIONS lists. The
tests create their own users, so the server's database may contain others.

Tests marked `in_process` need what a running server cannot give: another clock
(expired links), another configuration (a low limit, no database), HTTPS, or an
app that fails on purpose. They are deselected, not skipped, when --base-url is
given, so that a skip never hides behind a green run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
import time_machine

from .apps import APPS, FOLDERS, OPTIONAL
from .mailbox import Mailbox
from .people import People, Person
from .provider import pro, provider  # noqa: F401  fixtures
from .targets import InProcess, Live

# PostgreSQL comes from `stack`, which only this repository has.
DATABASES = ["sqlite", "postgresql"] if find_spec("stack") else ["sqlite"]
numbers = itertools.count()
LIVE_OPTIONS = {
    "--mail-dir": "directory into which that server mails",
    "--admin-email": "address of an admin of that server",
    "--admin-password": "that admin's password",
    "--webhook-secret": "WEBHOOK_SECRET of that server",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract")
    group.addoption("--app", choices=FOLDERS, help="test one app")
    group.addoption("--apps-dir", type=Path, help="folder that holds the apps")
    group.addoption("--base-url", help="test the server at this address")
    for name, meaning in LIVE_OPTIONS.items():
        group.addoption(name, help=meaning)


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "in_process: needs an app in this process; see tests/contract",
        "needs(*modules): visits modules that an app started from these may not have",
    ):
        config.addinivalue_line("markers", line)
    # Flask-Login 0.6.3 sets the remember cookie so; Python 3.12 and later warn.
    config.addinivalue_line(
        "filterwarnings",
        "ignore:datetime.datetime.utcnow:DeprecationWarning:flask_login",
    )
    missing = [name for name in LIVE_OPTIONS if not config.getoption(name, None)]
    if config.getoption("--base-url", None) and missing:
        raise pytest.UsageError(f"--base-url also needs {', '.join(missing)}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that needs a site once for each site."""
    if "site" in metafunc.fixturenames:
        app = metafunc.config.getoption("--app", None)
        live = metafunc.config.getoption("--base-url", None)
        names = ["live"] if live else [app] if app else [*FOLDERS]
        metafunc.parametrize("site", names, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark the pages of modules; without an app here, leave out what needs one."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        path = callspec and callspec.params.get("path")
        if isinstance(path, str) and (module := path.split("/")[1:2]):
            item.add_marker(pytest.mark.needs(*OPTIONAL.intersection(module)))
    if config.getoption("--base-url", None):
        out = [item for item in items if item.get_closest_marker("in_process")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def app_folder(config: pytest.Config, name: str) -> Path:
    """Return the folder of an app, or stop with one clear sentence."""
    folder = (config.getoption("--apps-dir", None) or APPS) / FOLDERS[name]
    if not (folder / "app.py").is_file():
        pytest.fail(f"there is no app to test: {folder / 'app.py'}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live | InProcess]:
    """The site under test."""
    option = request.config.getoption
    if request.param == "live":
        mail, *others = map(option, LIVE_OPTIONS)
        target: Live | InProcess = Live(option("--base-url"), Path(mail), *others)
    else:
        folder = app_folder(request.config, request.param)
        target = InProcess(folder, tmp_path_factory.mktemp(request.param))
    yield target
    target.close()


@pytest.fixture(scope="session")
def mailbox(site: Live | InProcess) -> Mailbox:
    """Everyone's inbox."""
    return Mailbox(site.mail_directory)


@pytest.fixture
def people(site: Live | InProcess, mailbox: Mailbox) -> Iterator[People]:
    """People who come to the site."""
    people = People(site, mailbox)
    yield people
    people.leave()


@pytest.fixture
def elsewhere(site: InProcess, tmp_path: Path) -> Iterator[Callable[..., People]]:
    """Bring people to a second site of the same app, with other settings.

    Its database is empty but for the admin.
    """
    visited: list[People] = []

    def build(**settings: str | bool) -> People:
        second = InProcess(site.folder, tmp_path, **settings)
        visited.append(People(second, Mailbox(second.mail_directory)))
        return visited[-1]

    yield build
    for people in visited:
        people.leave()
        people.site.close()


@pytest.fixture
def production(elsewhere: Callable[..., People]) -> Callable[..., People]:
    """Bring people to a second site of the same app with `APP_ENV=production`."""

    def build(**settings: str | bool) -> People:
        usual = {
            "APP_ENV": "production",
            "BASE_URL": "https://app.example",
            "EVENTS_ENGINE": "inline",
        }
        return elsewhere(**usual | settings)

    return build


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[object]:
    """A PostgreSQL server."""
    from stack.postgres import Postgres
    from stack.watchdog import Watchdog

    folder = request.getfixturevalue("server_folder")("same-moment")
    with Watchdog() as watchdog:
        server = Postgres(folder, watchdog)
        server.process.launch()
        server.process.wait()
        yield server
        server.process.stop()


@pytest.fixture(params=DATABASES)
def crowd(request: pytest.FixtureRequest, elsewhere: Callable[..., People]) -> People:
    """People of a site on each database."""
    if request.param == "sqlite":
        return elsewhere()
    server = request.getfixturevalue("postgres")
    # All requests of the crowd run in this process, and may need several connections.
    return elsewhere(
        DATABASE_URL=server.create_database(f"moment_{next(numbers)}"),
        DATABASE_POOL_SIZE="30",
    )


@pytest.fixture
def visitor(people: People) -> Person:
    """Somebody without an account."""
    return people.stranger()


@pytest.fixture
def member(people: People) -> Person:
    """A new member who is logged in."""
    return people.member()


@pytest.fixture(scope="session")
def reader(site: Live | InProcess, mailbox: Mailbox) -> Iterator[Person]:
    """A member who only looks, shared by the tests that change nothing."""
    people = People(site, mailbox)
    yield people.member()
    people.leave()


@pytest.fixture
def other(people: People) -> Person:
    """Another member."""
    return people.member()


@pytest.fixture
def admin(people: People) -> Person:
    """An admin of the site."""
    return people.admin()


@pytest.fixture
def later() -> Callable[..., AbstractContextManager[object]]:
    """Move the clock ahead: `with later(days=8): ...`; only for in_process tests."""

    def travel(**distance: float) -> AbstractContextManager[object]:
        return time_machine.travel(timedelta(**distance))

    return travel
