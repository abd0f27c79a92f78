"""The pytest plugin: it chooses what a test run boots, and has the fixtures.

Every test gets an app of its own with a fresh, migrated database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage

from app import create_app
from kernel.database import db
from kernel.events import EXTENSION as EVENTS
from kernel.events import Event, Subscription
from kernel.registry import active_modules

from .apps import Browser, config
from .boot import MODES, Boot
from .boot import boot as boot_for
from .scenario import Scenario
from .stand_ins import StandIn, StandInMissing
from .visitors import Visitor, Visitors

BOOT = pytest.StashKey[Boot]()


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """Add ``--boot``, and read it at once.

    It can't wait: right after this hook pytest imports the modules' conftest files,
    and with them the modules.
    """
    parser.addoption(
        "--boot",
        choices=MODES,
        help="which modules are real in a module's tests: it alone (the default), "
        "those that it calls directly, or all",
    )
    pytest_config = pluginmanager.get_plugin("pytestconfig")
    assert pytest_config is not None
    invocation = pytest_config.invocation_params
    options = parser.parse_known_args(invocation.args)
    paths = [str(path).partition("::")[0] for path in options.file_or_dir]
    folders = [invocation.dir / path for path in paths] or [invocation.dir]
    try:
        pytest_config.stash[BOOT] = boot_for(folders, options.boot)
    except StandInMissing as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> str:
    """Say which modules run."""
    return str(config.stash[BOOT])


def pytest_configure(config: pytest.Config) -> None:
    """Document the markers."""
    for line in (
        "boot(mode): the test needs real neighbours; run pytest with --boot=mode",
        "needs(*modules): the test needs modules, real or not, that may be absent",
    ):
        config.addinivalue_line("markers", line)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out the tests that need a module which this app does not have."""
    there = {*config.stash[BOOT].modules}
    out = [
        item
        for item in items
        if not all(there.issuperset(mark.args) for mark in item.iter_markers("needs"))
    ]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests that need other modules to be real."""
    boot = item.config.stash[BOOT]
    for marker in item.iter_markers("boot"):
        if MODES.index(boot.mode) < MODES.index(marker.args[0]):
            pytest.skip(f"run pytest with --boot={marker.args[0]}")


@pytest.fixture(scope="session")
def boot(pytestconfig: pytest.Config) -> Boot:
    """Return which modules are real here, and which are played by stand-ins."""
    return pytestconfig.stash[BOOT]


@pytest.fixture(autouse=True)
def connections_closed() -> Iterator[None]:
    """Close what the apps of a test opened; Python 3.13 warns of each one forgotten."""
    engines: set[sa.Engine] = set()

    def remember(connection: sa.Connection) -> None:
        engines.add(connection.engine)

    sa.event.listen(sa.Engine, "engine_connect", remember)
    yield
    sa.event.remove(sa.Engine, "engine_connect", remember)
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def migrated(boot: Boot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty database, made once and copied for each test."""
    database = tmp_path_factory.mktemp("migrated") / "test.db"
    app = create_app(config(database), modules=boot.modules)
    result = app.test_cli_runner().invoke(args=["initialise"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        db.engine.dispose()  # SQLite moves all that it wrote into the one file
    return database


@pytest.fixture
def app(boot: Boot, migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return an app with a database of its own, inside of its app context."""
    shutil.copy(migrated, tmp_path / "test.db")
    app = create_app(config(tmp_path / "test.db"), modules=boot.modules)
    app.test_client_class = Browser
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser that keeps its cookies; nobody is logged in."""
    return app.test_client()


@pytest.fixture
def visitors(app: Flask) -> Visitors:
    """Return who is logged in, in place of those with an account."""
    return Visitors(app)


@pytest.fixture
def visit_as(visitors: Visitors, client: FlaskClient) -> Callable[..., int]:
    """Return a function that makes ``client`` somebody, and returns their id."""

    def visit_as(user_id: int = 1, *, role: str = "member") -> int:
        visitors.log_in(Visitor(user_id, role), client)
        return user_id

    return visit_as


@pytest.fixture
def member(app: Flask, visitors: Visitors) -> FlaskClient:
    """Return a member's browser; their id is 1."""
    browser = app.test_client()
    visitors.log_in(Visitor(1, "member"), browser)
    return browser


@pytest.fixture
def admin(app: Flask, visitors: Visitors) -> FlaskClient:
    """Return an admin's browser; their id is 2."""
    browser = app.test_client()
    visitors.log_in(Visitor(2, "admin"), browser)
    return browser


@pytest.fixture
def published(app: Flask, boot: Boot) -> list[Event]:
    """Return the events that the module under test publishes, once they commit.

    In tests of the whole app it holds those of every module.
    """
    heard: list[Event] = []
    note = Subscription(name="tests.note", module="tests", function=heard.append)
    for name, event in app.extensions[EVENTS].published.items():
        if boot.own in (None, event.publisher()):
            app.extensions[EVENTS].listeners[name].insert(0, note)
    return heard


@pytest.fixture
def scenario(app: Flask, published: list[Event]) -> Scenario:
    """Return what tells a story: this happens, and so that must follow."""
    return Scenario(app, published)


@pytest.fixture
def outbox(app: Flask) -> list[EmailMessage]:
    """Return the mails that were sent."""
    outbox: list[EmailMessage] = []
    app.extensions["mailman"].outbox = outbox
    return outbox


@pytest.fixture
def stand_in(app: Flask) -> Callable[[str], ModuleType]:
    """Return a function that gives the stand-in of a module, to arrange its facts.

    Where no stand-in plays that module, the test is skipped.
    """

    def stand_in(name: str) -> ModuleType:
        module = active_modules().get(name)
        if not isinstance(module, StandIn):
            pytest.skip(f"needs the stand-in of {name}")
        api = module.part("api")
        assert api is not None  # or there would be nothing to stand in for
        return api

    return stand_in


@pytest.fixture
def without(app: Flask) -> Callable[[str], None]:
    """Return a function that lets a module be absent, as one in ``uses`` may be."""

    def without(name: str) -> None:
        active_modules().pop(name, None)

    return without
