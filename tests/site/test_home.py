"""The home page and the guide agree with the pages behind them."""

from __future__ import annotations

from tests.terminal import ROOT, block


def test_home_says_what_usage_says() -> None:
    """``test_run_an_example`` runs the commands."""
    commands, _ = block("index.rst", "run-it")
    enter, *rest = commands
    assert enter == "cd examples/after_modular"
    assert rest == block("usage.rst", "run-an-example")[0]


def test_both_apps_have_a_session() -> None:
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for command in block("index.rst", "run-both")[0]:
        session = command.removeprefix("nox -s ")
        assert f"@nox.session\ndef {session}(session: " in noxfile


def test_home_says_what_start_your_own_says() -> None:
    """``test_from_an_empty_folder`` runs the command."""
    commands, _ = block("index.rst", "generate-it")
    assert commands == block("start-your-own.rst", "generate")[0][1:]


def test_guide_says_what_usage_says() -> None:
    """``tests/shopyo/test_road.py::test_first_page`` runs the commands."""
    commands, _ = block(
        "posts/2026-05-28-how-to-structure-a-flask-app-"
        "that-will-scale-to-100k-users.rst",
        "shopyo-in-30-seconds",
    )
    assert commands == block("usage.rst", "shopyo-first-page")[0]
