"""The pytest plugin: it chooses what a test run boots, and has the fixtures.

Every test gets an app of its own with a fresh, migrated database. The app's
``conftest.py`` provides the app factory::

    @pytest.fixture(scope="session")
    def create_app() -> AppFactory: ...
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

from ..database import db
from ..discovery import discover
from ..events import Event, Subscription
from ..exceptions import StartupError
from ..runtime import Kernel
from .apps import AppFactory, IsolatedClient
from .boot import MODES, Boot, choose
from .fakes import FakeModule
from .scenario import Scenario

BOOT = pytest.StashKey[Boot]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--boot``."""
    parser.addoption(
        "--boot",
        choices=MODES,
        help="which modules are real in a module's tests: it alone (the default), "
        "those that it calls directly, or all",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose which modules run, check the fakes, and document the markers."""
    try:
        config.stash[BOOT] = _boot(config)
    except StartupError as error:
        raise pytest.UsageError(str(error)) from None
    for line in (
        "boot(mode): the test needs real neighbors; run pytest with --boot=mode",
        "needs(*modules): the test needs modules, real or fake, that may be absent",
    ):
        config.addinivalue_line("markers", line)


def _boot(config: pytest.Config) -> Boot:
    found = {each.name: each for each in discover(config.rootpath / "modules")}
    folder = config.invocation_params.dir
    paths = [folder / argument.partition("::")[0] for argument in config.args]
    boot = choose(paths, config.getoption("boot"), found)
    # A module's tests check its own fake, too, which they may never run.
    if boot.own and (found[boot.own].path / "fake.py").exists():
        FakeModule.of(found[boot.own])
    return boot


def pytest_report_header(config: pytest.Config) -> str:
    """Report which modules run."""
    return str(config.stash[BOOT])


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Deselect the tests that need a module which this app does not have."""
    names = config.stash[BOOT].names
    deselected = [
        item
        for item in items
        if not all(names.issuperset(mark.args) for mark in item.iter_markers("needs"))
    ]
    config.hook.pytest_deselected(items=deselected)
    items[:] = [item for item in items if item not in deselected]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests that need other modules to be real."""
    boot = item.config.stash[BOOT]
    for marker in item.iter_markers("boot"):
        if MODES.index(boot.mode) < MODES.index(marker.args[0]):
            pytest.skip(f"run pytest with --boot={marker.args[0]}")


@pytest.fixture(scope="session")
def boot(pytestconfig: pytest.Config) -> Boot:
    """Return which modules are real in this test run, and which are faked."""
    return pytestconfig.stash[BOOT]


@pytest.fixture(autouse=True)
def close_connections() -> Iterator[None]:
    """Close the connections that a test opened; Python 3.13 warns of open ones."""
    engines: set[sa.Engine] = set()

    def remember(connection: sa.Connection) -> None:
        engines.add(connection.engine)

    sa.event.listen(sa.Engine, "engine_connect", remember)
    yield
    sa.event.remove(sa.Engine, "engine_connect", remember)
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def migrated_database(
    boot: Boot, create_app: AppFactory, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a migrated, empty database, made once and copied for each test."""
    database = tmp_path_factory.mktemp("migrated") / "test.db"
    app = create_app(database, boot.modules)
    result = app.test_cli_runner().invoke(args=["initialize"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        db.engine.dispose()  # SQLite moves its write-ahead log into the one file
    return database


@pytest.fixture
def app(
    boot: Boot, create_app: AppFactory, migrated_database: Path, tmp_path: Path
) -> Iterator[Flask]:
    """Return an app with a database of its own, inside its app context."""
    database = tmp_path / "test.db"
    shutil.copy(migrated_database, database)
    app = create_app(database, boot.modules)
    app.test_client_class = IsolatedClient
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that keeps its cookies, without a login."""
    return app.test_client()


@pytest.fixture
def published_events(app: Flask, boot: Boot) -> list[Event]:
    """Return the list of events that the module under test publishes and commits.

    In tests of the whole app it holds the events of every module.
    """
    published: list[Event] = []
    kernel = Kernel.of(app)
    record = Subscription(
        name="tests.record", module="tests", function=published.append
    )
    for name, event in kernel.events.items():
        if boot.own in (None, event.publisher()):
            kernel.subscriptions[name].insert(0, record)
    return published


@pytest.fixture
def scenario(app: Flask, published_events: list[Event]) -> Scenario:
    """Return a scenario: what happens, and what is expected to follow."""
    return Scenario(app, published_events)


@pytest.fixture
def fake(app: Flask) -> Callable[[str], ModuleType]:
    """Return a function that returns the fake of a module, to arrange its data.

    Where that module is not faked, the test is skipped.
    """

    def fake(name: str) -> ModuleType:
        module = Kernel.of(app).active.get(name)
        provider = module.part("service") if isinstance(module, FakeModule) else None
        if provider is None:
            pytest.skip(f"needs the fake of {name}")
        return provider

    return fake


@pytest.fixture
def without_module(app: Flask) -> Callable[[str], None]:
    """Return a function that makes a module absent, as one in ``uses`` may be."""

    def without_module(name: str) -> None:
        kernel = Kernel.of(app)
        kernel.active.pop(name, None)
        kernel.providers.pop(name, None)

    return without_module
