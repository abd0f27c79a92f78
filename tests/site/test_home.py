"""The home page says what the pages behind it say."""

from __future__ import annotations

from tests.terminal import block


def test_home_says_what_usage_says() -> None:
    """The commands themselves are typed by ``test_run_an_example``."""
    commands, _ = block("index.rst", "run-it")
    enter, *rest = commands
    assert enter == "cd examples/after_modular"
    assert rest == block("usage.rst", "run-an-example")[0]
