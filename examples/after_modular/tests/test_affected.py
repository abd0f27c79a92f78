"""The tests that a change can affect, and no others."""

import subprocess
from pathlib import Path

import pytest

from kernel.discovery import discover
from kernel.testing import affected as tool
from kernel.testing.affected import TOGETHER, affected, changed_files

FOUND = discover(Path(__file__).parents[1] / "modules")
AUTH, BILLING, BLOG = "modules/auth", "modules/billing", "modules/box__community/blog"
CALLERS_OF_BLOG = {
    "modules/admin",
    "modules/dashboard",
    "modules/box__community/notifications",
}


@pytest.mark.parametrize(
    ("file", "paths"),
    [
        ("README.md", set()),
        ("kernel/events.py", {"tests"}),
        ("templates/layout.html", {"tests"}),
        ("config.py", {"tests"}),
        ("kernel/testing/plugin.py", {"tests"}),
        ("modules/gone/view.py", {"tests"}),
        ("tests/test_events.py", {"tests"}),
        (f"{TOGETHER}/test_subsets.py", {TOGETHER}),
        (f"{BILLING}/plans.py", {BILLING, TOGETHER}),
        (f"{BILLING}/templates/billing/plans.html", {BILLING, TOGETHER}),
        (f"{BILLING}/tests/test_pages.py", {BILLING}),
        (f"{BLOG}/events.py", {BLOG, *CALLERS_OF_BLOG, TOGETHER}),
        (f"{BLOG}/api.py", {BLOG, *CALLERS_OF_BLOG, TOGETHER}),
        (f"{BLOG}/tests/api.py", {BLOG}),
    ],
)
def test_what_a_change_can_affect(file: str, paths: set[str]) -> None:
    assert set(affected([file], FOUND)) == paths


def test_several_changes_add_up() -> None:
    changed = [f"{AUTH}/login.py", f"{BILLING}/plans.py", f"{BILLING}/forms.py"]
    assert affected(changed, FOUND) == {
        AUTH: f"{AUTH}/login.py",
        BILLING: f"{BILLING}/plans.py",
        TOGETHER: f"{AUTH}/login.py",
    }


def test_everything_is_run_once() -> None:
    changed = [f"{AUTH}/login.py", "app.py"]
    assert affected(changed, FOUND) == {"tests": "app.py"}


def test_changes_are_found_committed_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    app = tmp_path / "app"
    app.mkdir()
    monkeypatch.setattr(tool, "ROOT", app)
    for name in ("committed", "modified", "moved", "same"):
        (app / name).write_text(name)
    git("init", "-q", "-b", "main")
    git("add", "."), git("commit", "-q", "-m", "Start")
    git("switch", "-q", "-c", "feature")
    (app / "committed").write_text("later")
    git("mv", "app/moved", "app/here"), git("commit", "-q", "-a", "-m", "Change")
    (app / "modified").write_text("later")
    (app / "new").touch()
    (tmp_path / "elsewhere").touch()
    assert changed_files("HEAD") == ["modified", "new"]
    everything = ["committed", "here", "modified", "moved", "new"]
    assert changed_files("main") == everything
