"""The template: this working tree, as a Git repository with a version."""

from __future__ import annotations

import pytest

from .template import Template


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("generator")
    group.addoption(
        "--own-tests",
        choices=("few", "all"),
        default="few",
        help="the choices of modules whose own tests are run, too",
    )


def pytest_configure(config: pytest.Config) -> None:
    line = "real_installation: makes environments and installs into them from PyPI"
    config.addinivalue_line("markers", line)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The repository that apps are started from; nobody changes it."""
    return Template.of_this_tree(tmp_path_factory.mktemp("template"))
