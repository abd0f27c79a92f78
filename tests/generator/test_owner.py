"""A generated app is its owner's, and holds no trace of the example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .template import App, Template

OURS = re.compile(
    r"inkwell|modular[-_]flask|after_modular|before_monolith|\bmonolith|examples/"
    r"|\bnox\b|copier\.yml|\[\[\[|\.copier\b|docs/|this guide",
    re.IGNORECASE,
)

# What the flask command does before it makes the app.
SHOW_THE_KEY = """
from flask.cli import load_dotenv
load_dotenv()
from app import create_app
print(create_app().config["SECRET_KEY"])
"""


@pytest.fixture(scope="module")
def app(template: Template, tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return an app with everything in it."""
    folder = tmp_path_factory.mktemp("owner") / "book_shop"
    return template.start(folder, title="Ada's Books")


def test_there_is_no_trace_of_us(app: App) -> None:
    traces = [
        f"{path}: {line.strip()}"
        for path, text in app.files().items()
        # Copier has to know where to look for improvements.
        if path != ".copier-answers.yml"
        for line in text.splitlines()
        if OURS.search(line)
    ]
    assert traces == []


def test_no_file_of_the_generator_is_left(app: App) -> None:
    assert [path for path in app.files() if path.endswith(".copier")] == []


def test_its_name_is_everywhere(app: App) -> None:
    files = app.files()
    assert files["README.md"].startswith("# Ada's Books\n")
    assert 'APP_NAME: str = "Ada\'s Books"' in files["config.py"]
    assert "Ada's Books" in files["LICENSE"]


def test_its_secrets_are_its_own(app: App, template: Template, tmp_path: Path) -> None:
    """Whoever starts two apps has two secrets, and the app takes them."""
    other = template.start(tmp_path / "other", modules="auth")
    secrets = dict(line.split("=", 1) for line in _settings(app))
    assert len(secrets["SECRET_KEY"]) == 64
    assert f"SECRET_KEY={secrets['SECRET_KEY']}" not in _settings(other)
    assert [line.partition("=")[0] for line in _settings(other)] == ["SECRET_KEY"]
    shown = app.python("-c", SHOW_THE_KEY)
    assert shown.strip() == secrets["SECRET_KEY"]


def _settings(app: App) -> list[str]:
    lines = app.files()[".env"].splitlines()
    return [line for line in lines if not line.startswith("#")]
