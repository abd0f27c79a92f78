"""The template, and environments for apps."""

from __future__ import annotations

from pathlib import Path

import pytest

from .template import Environment, Template


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("generator")
    group.addoption(
        "--choices",
        choices=("few", "all"),
        default="few",
        help="the generated apps whose whole CI is run",
    )


def pytest_configure(config: pytest.Config) -> None:
    line = "real_installation: creates environments and installs into them from PyPI"
    config.addinivalue_line("markers", line)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The repository that apps are generated from; no test changes it."""
    return Template.of_this_tree(tmp_path_factory.mktemp("template"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A new virtual environment, outside of the app."""
    return Environment.create(tmp_path / "environment")
