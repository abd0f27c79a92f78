"""What the tests of modules stand on does what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

import kernel
from config import Settings
from kernel import migrations, outbox
from kernel.database import db
from kernel.discovery import discover
from kernel.events import EXTENSION, Event, Subscription, publish
from kernel.registry import Registry
from kernel.testing import Scenario, differences
from kernel.testing.boot import ROOT, choose
from kernel.testing.scenario import Outcome
from kernel.testing.stand_ins import StandInMissing, install

FOUND = {module.name: module for module in discover(ROOT / "modules")}
MODULES = ROOT / "modules"


@pytest.mark.parametrize(
    ("paths", "mode", "own", "real", "played"),
    [
        (["billing"], None, "billing", {"billing"}, {"auth"}),
        (["billing"], "direct", "billing", {"billing", "auth"}, set()),
        (["billing/tests/test_demo.py"], None, "billing", {"billing"}, {"auth"}),
        (["auth"], None, "auth", {"auth"}, set()),
        (["box__community/blog"], None, "blog", {"blog"}, {"auth", "billing"}),
        (["billing"], "all", "billing", set(FOUND), set()),
        (["billing", "auth"], None, None, set(FOUND), set()),
        (["."], None, None, set(FOUND), set()),
        (["../tests"], "alone", None, set(FOUND), set()),
    ],
)
def test_what_is_real(
    paths: list[str],
    mode: str | None,
    own: str | None,
    real: set[str],
    played: set[str],
) -> None:
    chosen = choose([MODULES / path for path in paths], mode, FOUND)
    assert (chosen.own, chosen.real, chosen.stand_ins) == (own, real, played)


def test_direct_plays_what_the_neighbours_call() -> None:
    chosen = choose([FOUND["notifications"].path], "direct", FOUND)
    assert chosen.real == {"notifications", "auth", "billing", "blog"}
    assert chosen.stand_ins == set()
    chosen = choose([FOUND["blog"].path], "direct", FOUND)
    assert chosen.modules == ("auth", "billing", "blog")


def test_a_missing_stand_in_is_named(tmp_path: Path) -> None:
    (tmp_path / "api.py").touch()
    with pytest.raises(StandInMissing, match=r"api\.py has no stand_in\.py beside it"):
        install(SimpleNamespace(path=tmp_path))  # type: ignore[arg-type]


API = """
from dataclasses import dataclass

@dataclass
class Value: ...

def count(since: int) -> int: ...
def find(key: str) -> Value | None: ...
def _private(): ...
"""


def module(source: str) -> ModuleType:
    module = ModuleType("found.api")
    exec(source, vars(module))
    return module


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (API, []),
        (f"{API}\ndef arrange(key): ...", []),
        (API.replace("def count", "def cnt"), ["count: the stand-in has none"]),
        (
            API.replace("since: int", "since: str"),
            ["count: (since: str) -> int in the stand-in, not (since: int) -> int"],
        ),
    ],
)
def test_a_stand_in_that_differs_is_noticed(source: str, found: list[str]) -> None:
    assert differences(module(API), module(source)) == found


def test_a_published_value_is_shared() -> None:
    api, stand_in = module(API), module(API)
    api.__all__ = ["Value"]  # type: ignore[attr-defined]
    assert differences(api, stand_in) == ["Value: the stand-in has another one"]
    stand_in.Value = api.Value  # type: ignore[attr-defined]
    assert differences(api, stand_in) == []


@dataclass(frozen=True, kw_only=True)
class ThingSold(Event):
    """A thing was sold."""

    thing: str


ThingSold.__module__ = "found.shop.events"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the kernel, and a table to count in."""
    app = Flask(__name__)
    url = f"sqlite:///{tmp_path / 'testing.db'}"
    app.config.from_object(Settings.load({"APP_ENV": "testing", "DATABASE_URL": url}))
    kernel.init_app(app)
    outbox.init_app(app)
    app.extensions["modules"] = Registry()
    app.extensions[EXTENSION].published["shop.ThingSold"] = ThingSold
    with app.app_context():
        migrations.upgrade(outbox.module)
        db.session.execute(sa.text("CREATE TABLE sale (thing TEXT)"))
        db.session.commit()
        yield app


@pytest.fixture
def scenario(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """Return a scenario with no patience, that hears of what is sold."""
    monkeypatch.setattr(Outcome, "PATIENCE", 0)
    heard: list[Event] = []
    app.extensions[EXTENSION].listeners["shop.ThingSold"] += [
        Subscription(name="tests.note", module="tests", function=heard.append),
        Subscription(name="sales.count", module="sales", function=count),
    ]
    return Scenario(app, heard)


def count(event: ThingSold) -> None:
    sale = sa.text("INSERT INTO sale VALUES (:thing)")
    db.get_session("sales").execute(sale, {"thing": event.thing})


def sold() -> int:
    return db.session.scalar(sa.text("SELECT count(*) FROM sale"))


def sell(thing: str, *, commit: bool = True) -> None:
    publish(ThingSold(thing=thing))
    if commit:
        db.get_session("shop").commit()


def test_what_an_event_brings_about(scenario: Scenario) -> None:
    scenario.publish(ThingSold(thing="book")).expect(lambda: sold() == 1)


def test_what_an_action_publishes(scenario: Scenario) -> None:
    outcome = scenario.when(lambda: sell("book"))
    outcome.expect_event(ThingSold).expect_event(ThingSold, thing="book")


def test_what_does_not_follow(scenario: Scenario) -> None:
    outcome = scenario.publish(ThingSold(thing="book"))
    with pytest.raises(AssertionError) as caught:
        outcome.expect(lambda: sold() == 2)
    assert "After ThingSold(thing='book'): " in str(caught.value)
    assert "sold() == 2" in str(caught.value)


@pytest.mark.parametrize("facts", [{"thing": "pen"}, {"price": 1}])
def test_an_event_with_other_facts_is_another(
    scenario: Scenario, facts: dict[str, object]
) -> None:
    with pytest.raises(AssertionError, match=r"There were \[ThingSold\(thing='book'\)"):
        scenario.when(lambda: sell("book")).expect_event(ThingSold, **facts)


def test_what_was_published_before_does_not_count(scenario: Scenario) -> None:
    sell("book")
    with pytest.raises(AssertionError, match=r"There were \[\]"):
        scenario.when(lambda: None).expect_event(ThingSold)


def test_what_is_not_committed_does_not_count(scenario: Scenario) -> None:
    with pytest.raises(AssertionError, match="no ThingSold"):
        scenario.when(lambda: sell("book", commit=False)).expect_event(ThingSold)


def test_a_scenario_waits_for_what_comes_later(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outcome, "PATIENCE", 60)
    answers = iter([False, False, True])
    scenario.when(lambda: None).expect(lambda: next(answers))
