"""Every choice of profile, database and modules passes the CI that it ships at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import combinations, product

import pytest

from tests.terminal import ROOT

from .choices import CHOICES, FEW, LAYERS, OPTIONAL, PROFILES, Choice, pairs
from .requirements import missing, spare
from .template import App, Environment, Template

PROBE = """
import json
import re
from app import create_app
app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite:///probe.db"})
assert not app.test_cli_runner().invoke(args=["initialize"]).exit_code
client = app.test_client()
pages = [client.get(page).status_code for page in ("/", "/auth/login", "/auth/account")]
print(json.dumps([pages, [*app.extensions["kernel"].active]]))
"""
EXAMPLE = ROOT / "examples/after_modular"
Apps = Callable[[Choice], App]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the CI of a few choices, or of all."""
    if "tested" in metafunc.fixturenames:
        every = metafunc.config.getoption("--choices", "few") == "all"
        metafunc.parametrize("tested", one_by_one(CHOICES if every else FEW))
    if "choice" in metafunc.fixturenames:
        metafunc.parametrize("choice", one_by_one(CHOICES))


def one_by_one(choices: list[Choice]) -> list[object]:
    """Return the parameters; the tests of one app run in the process that wrote it."""
    group = pytest.mark.xdist_group
    return [
        pytest.param(each, id=str(each), marks=group(str(each))) for each in choices
    ]


@pytest.fixture(scope="module")
def app_of(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    """Return a function that generates the app of a choice, each one once."""
    folder = tmp_path_factory.mktemp("apps")
    generated: dict[Choice, App] = {}

    def app_of(choice: Choice) -> App:
        if choice not in generated:
            # The longest name and title that are allowed: no line may become too long.
            names = {"name": "a_name_of_exactly_30_character", "title": "T" * 30}
            target = folder / str(choice)
            generated[choice] = template.start(target, **names, **choice.answers)
        return generated[choice]

    return app_of


@pytest.fixture(scope="module", autouse=True)
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let mypy read the libraries once for all apps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYPY_CACHE_DIR", str(tmp_path_factory.mktemp("mypy")))
        yield


def test_any_two_decisions_are_tried_together() -> None:
    every = [
        Choice(profile, database, tuple(chosen))
        for profile, database in product(PROFILES, ("sqlite", "postgresql"))
        for size in range(len(OPTIONAL) + 1)
        for chosen in combinations(OPTIONAL, size)
    ]
    assert pairs(CHOICES) == pairs(every)
    assert len(CHOICES) >= 12


def test_it_runs_with_what_was_chosen(choice: Choice, app_of: Apps) -> None:
    printed = app_of(choice).python("-c", PROBE).splitlines()[-1]
    pages, modules = json.loads(printed)
    assert pages == [200, 200, 302]
    assert set(modules) == {"auth", *choice.modules}


def test_its_style_is_right(choice: Choice, app_of: Apps) -> None:
    app_of(choice).must_run("ruff", "format", "--check")
    app_of(choice).must_run("ruff", "check", "--quiet")


def test_its_guide_for_agents_is_up_to_date(choice: Choice, app_of: Apps) -> None:
    app_of(choice).must_run("flask", "agents", "--check")


def test_its_layers_are_those_of_the_profile(choice: Choice, app_of: Apps) -> None:
    app = app_of(choice)
    text = app.files()["app.py"]
    for layer in LAYERS:
        is_there = layer in PROFILES[choice.profile]
        assert (app.folder / "kernel" / layer).exists() is is_there
        assert (f"    {layer}.init_app(app)\n" in text) is is_there
    imported = re.search(r"from kernel import \(([^)]*)\)", text)
    assert imported
    for layer in re.findall(r"\w+", imported[1]):
        assert f"    {layer}.init_app(app)\n" in text
    assert (app.folder / "deploy").exists() is (choice.profile != "starter")


def test_distributed_has_the_app_py_of_the_example(template: Template) -> None:
    """The other profiles have fewer lines of it."""
    assert template.render("app.py", profile="distributed") == (
        EXAMPLE / "app.py"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    "file", ["requirements", "requirements-dev", "requirements-production"]
)
def test_its_requirements_are_what_it_needs(
    choice: Choice, file: str, app_of: Apps
) -> None:
    """The pinned packages are those that its .in file needs, directly or not."""
    app = app_of(choice)
    if file == "requirements-production" and choice.profile == "starter":
        assert not [*app.folder.glob(f"{file}*")]
        return
    assert spare(app.folder, file) == set()
    assert missing(app.folder, file) == set()


def test_its_ci_passes(tested: Choice, app_of: Apps, environment: Environment) -> None:
    """Each step of its workflow runs, with only the packages that it installs."""
    app = app_of(tested)
    install, *steps = app.ci_commands()
    assert install == ["pip", "install", "-r", "requirements-dev.txt"]
    environment.install(app.folder / "requirements-dev.txt")
    assert steps[:6] == [
        ["ruff", "format", "--check"],
        ["ruff", "check"],
        ["mypy"],
        ["flask", "modules", "check"],
        ["flask", "agents", "--check"],
        ["pytest"],
    ]
    for step in steps[:6]:
        environment.must_run(app.folder, *step)


def test_what_can_be_left_out_is_what_only_needs_auth() -> None:
    app = App(EXAMPLE)
    known = json.loads(app.must_run("flask", "modules", "--json"))["active"]
    assert {each["name"] for each in known} == {"auth", *OPTIONAL}
    for each in known:
        assert set(each["depends_on"]) <= {"auth"}, (
            f"{each['name']} depends on more than auth: copier.yml has to refuse a "
            "choice without that"
        )
