"""The smallest app, auth alone, holds nothing of what it does not have."""

from __future__ import annotations

import re

import pytest

from tests.terminal import ROOT

from .choices import LAYERS, OPTIONAL
from .template import App, Template

EXAMPLE = ROOT / "examples/after_modular"
# The smallest app that the generator wrote when it knew no profiles.
FILES_BEFORE, LINES_BEFORE = 276, 19_361


@pytest.fixture(scope="module")
def app(template: Template, tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return the smallest app."""
    folder = tmp_path_factory.mktemp("smallest") / "my_app"
    return template.start(folder, modules="auth")


def lines_with(app: App, pattern: str) -> list[str]:
    """Return each line of ours that matches, after its file."""
    return [
        f"{path}: {line.strip()}"
        for path, text in app.files().items()
        for line in text.splitlines()
        if re.search(pattern, line) and "/vendor/" not in path
    ]


@pytest.mark.parametrize("module", [name for name in OPTIONAL if name != "admin"])
def test_no_word_of_an_absent_module(module: str, app: App) -> None:
    assert lines_with(app, rf"(?i){module.removesuffix('s')}") == []


def test_no_word_of_the_admin_panel(app: App) -> None:
    """There are admins all the same: auth has the role."""
    assert lines_with(app, r"/admin\b|modules.admin|(?i:flask.admin|data_?view)") == []


def test_no_setting_of_an_absent_module(app: App) -> None:
    settings = {
        name
        for file in EXAMPLE.glob("modules/**/settings.py")
        if file.parent.name in OPTIONAL
        for name in re.findall(
            r"^    ([A-Z_]+): ", file.read_text("utf-8"), re.MULTILINE
        )
    }
    assert "WEBHOOK_SECRET" in settings
    assert lines_with(app, "|".join(settings)) == []


def test_no_setting_of_an_absent_layer(app: App) -> None:
    """The kernel names the broker of Celery, which may be there."""
    settings = {
        name
        for layer in LAYERS
        for name in re.findall(
            r"^    ([A-Z_]+): ",
            (EXAMPLE / "kernel" / layer / "settings.py").read_text("utf-8"),
            re.MULTILINE,
        )
    }
    assert {"METRICS_TOKEN", "CELERY_BROKER_URL", "REMOTE_MODULES"} <= settings
    found = lines_with(app, "|".join(settings))
    assert [line for line in found if not line.startswith("kernel/outbox/")] == []


def test_its_acceptance_suite_deselects_nothing(app: App) -> None:
    assert lines_with(app, r"mark\.needs\(.*\"") == []
    printed = app.must_run("pytest", "tests/contract", "--collect-only", "-q")
    assert "deselected" not in printed


def test_it_is_as_small_as_the_page_says(app: App) -> None:
    """The page rounds: its numbers may be 3% off."""
    page = " ".join((ROOT / "docs/start-your-own.rst").read_text("utf-8").split())
    stated = re.search(
        r"([\d,]+) files with ([\d,]+) lines are yours .* kernel, "
        r"([\d,]+) files with ([\d,]+) lines",
        page,
    )
    assert stated, "docs/start-your-own.rst does not state the size"
    own: dict[str, int] = {}
    kernel: dict[str, int] = {}
    for path, text in app.files().items():
        (kernel if path.startswith("kernel/") else own)[path] = text.count("\n")
    sizes = (len(own), sum(own.values()), len(kernel), sum(kernel.values()))
    for said, is_so in zip(stated.groups(), sizes, strict=True):
        assert int(said.replace(",", "")) == pytest.approx(is_so, rel=0.03), sizes
    assert len(own) <= FILES_BEFORE / 2
    assert sum(own.values()) <= LINES_BEFORE / 2
