"""The routes of a running app, with values for their variables."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

# Of other people's rows, when the id is replaced; links and references are invented.
VALUES = {"filename": "app.css", "name": "users", "number": "INV-2026-000001"}


@dataclass(frozen=True)
class Route:
    """A URL rule of the app.

    :param path: the rule with a value in place of each variable.
    """

    rule: str
    path: str
    methods: frozenset[str]

    @property
    def posts(self) -> bool:
        """Whether it takes a form."""
        return "POST" in self.methods


def routes_of(app: Flask, row: int = 1) -> list[Route]:
    """Return every route of an app.

    :param row: the value of each id in a path.
    """
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            values: dict[str, str | int] = {
                name: row if name.endswith("_id") else VALUES.get(name, "unknown")
                for name in rule.arguments
            }
            path = adapter.build(rule.endpoint, values)
            found.append(Route(rule.rule, path, frozenset(rule.methods or ())))
    return found
