"""Extension points: a contribution that fails costs that contribution, not the page."""

import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Protocol

import pytest
from flask import Flask, abort

from kernel import ExtensionPoint, Kernel, Module, ModuleError


class Facts(Protocol):
    """What a test module contributes."""

    def facts(self, user_id: int) -> dict[str, str]:
        """Return values by their labels."""


FACTS = ExtensionPoint("facts", Facts, timeout=0.2)


class Contributor(Module):
    """A module whose one part is given."""

    def part(self, name: str) -> ModuleType | None:
        return PARTS.get(self.name)


PARTS: dict[str, ModuleType] = {}


def contribute(app: Flask, name: str, **functions: Any) -> Module:
    part = ModuleType(f"found.{name}.facts")
    part.__file__ = f"found/{name}/facts.py"
    vars(part).update(functions)
    PARTS[name] = part
    module = Contributor(import_name=f"found.{name}", title=name, summary="Is a test.")
    Kernel.of(app).active[name] = module
    return module


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("found")
    app.extensions["kernel"] = Kernel(environment={}, dispatcher=None)  # type: ignore[arg-type]
    PARTS.clear()
    with app.test_request_context():
        yield app


def good(user_id: int) -> dict[str, str]:
    return {"Id": str(user_id)}


def raises(user_id: int) -> dict[str, str]:
    raise ZeroDivisionError


def aborts(user_id: int) -> dict[str, str]:
    abort(404)


def exits(user_id: int) -> dict[str, str]:
    sys.exit("bye")


def hangs(user_id: int) -> dict[str, str]:
    time.sleep(2)
    return {}


def answers_none(user_id: int) -> None:
    return None


@pytest.mark.parametrize("bad", [raises, aborts, exits, hangs, answers_none])
def test_a_failing_contribution_is_left_out(
    app: Flask, bad: Callable[[int], Any], caplog: pytest.LogCaptureFixture
) -> None:
    contribute(app, "bad", facts=bad)
    contribute(app, "good", facts=good)
    started = time.monotonic()
    assert FACTS.collect(lambda part: part.facts(7), dict) == {"good": {"Id": "7"}}
    assert time.monotonic() - started < 1.5
    assert "the contribution of 'bad' failed" in caplog.text


@pytest.mark.parametrize(
    "functions", [{}, {"facts": lambda: {}}, {"facts": lambda user: {}}]
)
def test_a_contribution_that_does_not_match_is_found_at_start(
    app: Flask, functions: dict[str, Any]
) -> None:
    module = contribute(app, "bad", **functions)
    with pytest.raises(
        ModuleError, match=r"bad/facts.py: .*needs a function facts\(user_id\)"
    ):
        FACTS.check(module)


def test_a_contribution_that_matches_is_accepted(app: Flask) -> None:
    FACTS.check(contribute(app, "good", facts=good))
