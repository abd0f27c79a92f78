"""An attack on both apps: every route of the running app, with what it does not expect.

    pytest tests/attack                  both apps
    pytest tests/attack --app after      one of them

It reuses the fixtures of the acceptance suite.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.conftest import (  # noqa: F401  fixtures and hooks
    elsewhere,
    mailbox,
    pytest_addoption,
    pytest_configure,
    pytest_generate_tests,
    site,
)
from tests.contract.people import People

from .routes import Route, routes_of


@pytest.fixture(scope="session")
def world(site, mailbox) -> Iterator[People]:  # noqa: F811  a fixture
    """Return the people of a site that all attacks share."""
    crowd = People(site, mailbox)
    yield crowd
    crowd.leave()


@pytest.fixture(scope="session")
def routes(site) -> list[Route]:  # noqa: F811  a fixture
    """Return every route of the app that runs."""
    return routes_of(site.app)
