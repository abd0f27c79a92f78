"""The pytest plugin: what is booted, fakes, and scenarios."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import kernel
from config import Settings
from kernel import Event, Kernel, db, publish
from kernel.discovery import discover
from kernel.events import Subscription
from kernel.testing import FakeModule, Scenario
from kernel.testing.alone import foreign_files
from kernel.testing.boot import choose
from kernel.testing.scenario import Outcome

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "modules"
FOUND = {module.name: module for module in discover(MODULES)}


@pytest.mark.needs("auth", "billing", "blog")
@pytest.mark.parametrize(
    ("paths", "mode", "own", "real", "fakes"),
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
def test_boot_modes(
    paths: list[str],
    mode: str | None,
    own: str | None,
    real: frozenset[str],
    fakes: set[str],
) -> None:
    boot = choose([MODULES / path for path in paths], mode, FOUND)
    assert (boot.own, boot.real) == (own, real)
    assert {fake.name for fake in boot.fakes} == fakes
    assert boot.names == real | fakes


API = """
from kernel import published

@published
def count(since: int) -> int:
    '''Return how many there are.'''
"""
FAKE = "def count(since: int) -> int:\n    return 1\n"
MANIFEST = """
from kernel import Module

module = Module(import_name=__name__, title="T", summary="S", depends_on={})
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return an app in which blog depends on shop, and shop on stock."""
    for name in ("app.py", "config.py", "conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("kernel", "web"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name, depends_on in (("blog", ("shop",)), ("shop", ("stock",)), ("stock", ())):
        (tmp_path / "modules" / name).mkdir(parents=True)
        manifest = tmp_path / "modules" / name / "__init__.py"
        manifest.write_text(MANIFEST.format(depends_on))
    (tmp_path / "modules" / "__init__.py").touch()
    shop = tmp_path / "modules" / "shop"
    (shop / "api.py").write_text(API)
    (shop / "fake.py").write_text(f"{FAKE}\ndef arrange(): ...\n")
    (shop / "service.py").write_text("raise ImportError('the implementation')")
    (tmp_path / "modules" / "blog" / "test_blog.py").write_text(
        "from modules.shop import api\n"
        "\n"
        "def test_shop_is_called(app):\n"
        "    assert api.count(2026) == 1\n"
    )
    return tmp_path


def run_pytest(project: Path, *arguments: str) -> tuple[int, str]:
    """Return the exit code of pytest, and what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def test_calls_of_another_module_reach_its_fake(project: Path) -> None:
    code, printed = run_pytest(project, "modules/blog")
    assert code == 0, printed


@pytest.mark.parametrize(
    ("fake", "message"),
    [
        (None, "fake.py is missing. Write the functions of api.py there"),
        ("", "fake.py: count() of modules.shop.api is missing."),
        (
            FAKE.replace("since: int", "since: str"),
            "fake.py: count(since: str) -> int differs from its declaration in ",
        ),
    ],
)
@pytest.mark.parametrize("tested", ["blog", "shop"])
def test_a_fake_that_differs_is_reported_in_one_line(
    project: Path, fake: str | None, message: str, tested: str
) -> None:
    file = project / "modules/shop/fake.py"
    if fake is None:
        file.unlink()
    else:
        file.write_text(fake)
    code, printed = run_pytest(project, f"modules/{tested}")
    if fake is None and tested == "shop":
        assert message not in printed  # its own tests do without
    else:
        assert code != 0
        assert message in printed
        assert len(printed.strip().splitlines()) == 1


@pytest.mark.needs("billing")
def test_a_fake_has_no_files_but_its_interface_and_events() -> None:
    billing = FakeModule.of(FOUND["billing"])
    assert billing.depends_on == ()
    assert billing.part("events") is FOUND["billing"].part("events")
    for name in ("models", "view", "listeners", "settings", "personal_data"):
        assert billing.part(name) is None


@dataclass(frozen=True, kw_only=True)
class ItemSold(Event):
    """An item was sold."""

    item: str


ItemSold.__module__ = "found.shop.events"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the kernel, and a table to count in."""
    app = Flask(__name__)
    environment = {
        "APP_ENV": "testing",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'testing.db'}",
    }
    app.config.from_object(Settings.load(environment))
    kernel.init_app(app, environment)
    Kernel.of(app).events["shop.ItemSold"] = ItemSold
    with app.app_context():
        db.session.execute(sa.text("CREATE TABLE sale (item TEXT)"))
        db.session.commit()
        yield app


@pytest.fixture
def scenario(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """Return a scenario that does not wait and records the sales."""
    monkeypatch.setattr(Outcome, "TIMEOUT", 0)
    published: list[Event] = []
    Kernel.of(app).subscriptions["shop.ItemSold"] += [
        Subscription(name="tests.record", module="tests", function=published.append),
        Subscription(name="sales.count", module="sales", function=count),
    ]
    return Scenario(app, published)


def count(event: ItemSold) -> None:
    sale = sa.text("INSERT INTO sale VALUES (:item)")
    db.get_session("sales").execute(sale, {"item": event.item})


def sold() -> int:
    return db.session.scalar(sa.text("SELECT count(*) FROM sale")) or 0


def sell(item: str, *, commit: bool = True) -> None:
    publish(ItemSold(item=item))
    if commit:
        db.get_session("shop").commit()


def test_expect_after_an_event(scenario: Scenario) -> None:
    scenario.publish(ItemSold(item="book")).expect(lambda: sold() == 1)


def test_expect_event_after_an_action(scenario: Scenario) -> None:
    outcome = scenario.when(lambda: sell("book"))
    outcome.expect_event(ItemSold).expect_event(ItemSold, item="book")


def test_a_condition_that_is_false(scenario: Scenario) -> None:
    outcome = scenario.publish(ItemSold(item="book"))
    with pytest.raises(AssertionError) as caught:
        outcome.expect(lambda: sold() == 2)
    assert "After ItemSold(item='book'): " in str(caught.value)
    assert "sold() == 2" in str(caught.value)


@pytest.mark.parametrize("fields", [{"item": "pen"}, {"price": 1}])
def test_an_event_with_other_fields_does_not_match(
    scenario: Scenario, fields: dict[str, object]
) -> None:
    with pytest.raises(AssertionError, match=r"Published: \[ItemSold\(item='book'\)"):
        scenario.when(lambda: sell("book")).expect_event(ItemSold, **fields)


def test_an_earlier_event_does_not_match(scenario: Scenario) -> None:
    sell("book")
    with pytest.raises(AssertionError, match=r"Published: \[\]"):
        scenario.when(lambda: None).expect_event(ItemSold)


def test_an_uncommitted_event_does_not_match(scenario: Scenario) -> None:
    with pytest.raises(AssertionError, match="no ItemSold"):
        scenario.when(lambda: sell("book", commit=False)).expect_event(ItemSold)


def test_a_scenario_waits(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outcome, "TIMEOUT", 60)
    answers = iter([False, False, True])
    scenario.when(lambda: None).expect(lambda: next(answers))


def test_code_of_another_module_is_noticed() -> None:
    auth, billing = MODULES / "auth", MODULES / "billing"
    published = [
        billing / f"{name}.py" for name in ("__init__", "api", "events", "fake")
    ]
    others = [ROOT / "kernel/events.py", Path(pytest.__file__)]
    files = [auth / "models.py", *published, billing / "service.py", *others]
    assert foreign_files(auth, MODULES, files) == [billing / "service.py"]
