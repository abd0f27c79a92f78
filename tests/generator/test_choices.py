"""Every choice of modules makes an app that its own CI accepts at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from .template import CHOICES, OPTIONAL, ROOT, App, Template

# Of any two optional modules, each is in one of these without the other.
FEW = [
    ("admin", "billing", "blog"),
    ("admin", "dashboard", "notifications"),
    ("billing", "dashboard"),
    ("blog", "notifications"),
]
PROBE = """
import json
from app import create_app
app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite:///probe.db"})
assert not app.test_cli_runner().invoke(args=["initialise"]).exit_code
client = app.test_client()
pages = [client.get(page).status_code for page in ("/", "/auth/login", "/readyz")]
print(json.dumps([pages, [*app.extensions["modules"].active]]))
"""
Apps = Callable[[tuple[str, ...]], App]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run an app's own tests for a few choices, or for all."""
    if "tested" in metafunc.fixturenames:
        every = metafunc.config.getoption("--own-tests", "few") == "all"
        metafunc.parametrize("tested", one_by_one(CHOICES if every else FEW))
    if "choice" in metafunc.fixturenames:
        metafunc.parametrize("choice", one_by_one(CHOICES))


def name_of(choice: tuple[str, ...]) -> str:
    return "-".join(("auth", *choice))


def one_by_one(choices: list[tuple[str, ...]]) -> list[object]:
    """Return the parameters; the tests of one app run where that app was started."""
    group = pytest.mark.xdist_group
    return [
        pytest.param(choice, id=name_of(choice), marks=group(name_of(choice)))
        for choice in choices
    ]


@pytest.fixture(scope="module")
def app_of(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    """Return a function that starts the app of a choice, each one once."""
    folder = tmp_path_factory.mktemp("apps")
    started: dict[tuple[str, ...], App] = {}

    def app_of(choice: tuple[str, ...]) -> App:
        if choice not in started:
            modules = ",".join(("auth", *choice))
            target = folder / name_of(choice)
            started[choice] = template.start(target, name="my_app", modules=modules)
        return started[choice]

    return app_of


@pytest.fixture(scope="module", autouse=True)
def types_are_remembered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let mypy read the libraries once for all apps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYPY_CACHE_DIR", str(tmp_path_factory.mktemp("mypy")))
        yield


def test_it_runs_with_what_was_chosen(choice: tuple[str, ...], app_of: Apps) -> None:
    printed = app_of(choice).python("-c", PROBE).splitlines()[-1]
    pages, modules = json.loads(printed)
    assert pages == [200, 200, 200]
    assert set(modules) == {"auth", *choice}


def test_its_ci_finds_nothing(choice: tuple[str, ...], app_of: Apps) -> None:
    app = app_of(choice)
    install, *checks, tests = app.ci_commands()
    assert (install[0], tests) == ("pip", ["pytest"])
    assert {check[0] for check in checks} == {"ruff", "mypy", "flask"}
    for check in checks:
        app.must_run(*check)


def test_its_own_tests_pass(tested: tuple[str, ...], app_of: Apps) -> None:
    app_of(tested).must_run("pytest", "-q", "-p", "no:cacheprovider")


def test_what_can_be_left_out_is_what_only_needs_auth() -> None:
    app = App(ROOT / "examples/after_modular")
    known = json.loads(app.must_run("flask", "modules", "--json"))["active"]
    assert {each["name"] for each in known} == {"auth", *OPTIONAL}
    for each in known:
        assert set(each["depends_on"]) <= {"auth"}, (
            f"{each['name']} depends on more than auth: copier.yml has to refuse a "
            "choice without that"
        )
