"""Every subset of the modules whose dependencies are complete makes an app."""

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from kernel.discovery import discover

FOUND = {
    module.name: module for module in discover(Path(__file__).parents[2] / "modules")
}

FEW = 7


def subsets() -> Iterator[tuple[str, ...]]:
    """Yield the subsets that hold the dependencies of each of their modules.

    Many modules have too many subsets: of those, the smallest and the largest.
    """
    everything = len(FOUND)
    sizes = (
        [*range(everything + 1)]
        if everything <= FEW
        else [1, 2, everything - 1, everything]
    )
    for names in chain.from_iterable(combinations(FOUND, size) for size in sizes):
        if names and all(set(FOUND[name].depends_on) <= set(names) for name in names):
            yield names


@pytest.fixture(params=subsets(), ids=",".join)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """Return an app with some of the modules, and its database migrated."""
    config = {
        "APP_ENV": "testing",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
        "SECURITY_CONTACT": "mailto:security@example.com",  # or it has no page
    }
    app = create_app(config, modules=request.param)
    result = app.test_cli_runner().invoke(args=["initialize"])
    assert result.exit_code == 0, result.output
    return app


def test_it_boots_and_every_public_page_answers(app: Flask) -> None:
    client = app.test_client()
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    for page in pages:
        assert client.get(page).status_code in (200, 302), page
