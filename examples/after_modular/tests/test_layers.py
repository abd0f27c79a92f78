"""The layers of the kernel are optional: every subset of them boots and serves pages.

A layer is removed as its users would remove it: its folder, and its line in ``app.py``.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("app.py", "config.py", "kernel", "modules", "web")

# Each layer with the layers that it needs.
LAYERS = {
    "remote": {"outbox", "deliveries", "dispatchers"},
    "dispatchers": {"outbox", "deliveries"},
    "deliveries": {"outbox"},
    "outbox": {"deliveries"},
    "operations": set(),
    "boundaries": set(),
    "scaffolding": {"boundaries"},
}

LAYERS_IMPORT = r"^from kernel import (\([^)]*\)|.*)\n"

VISIT = """
from app import create_app

app = create_app({
    "APP_ENV": "testing",
    "DATABASE_URL": "sqlite:///test.db",
    "MAIL_BACKEND": "locmem",
    "WTF_CSRF_ENABLED": False,
})
assert app.test_cli_runner().invoke(args=["initialize"]).exit_code == 0
mails = app.extensions["mailman"].outbox = []
client = app.test_client()
for path in ("/", "/blog/", "/billing/plans", "/auth/login", "/auth/register"):
    with client.get(path) as response:
        assert response.status_code == 200, (path, response.status)
form = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
with client.post("/auth/register", data=form) as response:
    assert response.status_code == 302, response.status
assert [mail.to for mail in mails] == [["ada@example.com"]], mails
with client.get("/dashboard/") as response:
    assert response.status_code == 302, response.status
print("served")
"""


def subsets() -> Iterator[tuple[str, ...]]:
    """Yield each set of layers in which none lacks a layer that it needs."""
    for size in range(len(LAYERS) + 1):
        for chosen in combinations(LAYERS, size):
            if all(LAYERS[name] <= set(chosen) for name in chosen):
                yield chosen


def remove(app: Path, layers: set[str]) -> None:
    """Remove layers from a copy of the app."""
    text = (app / "app.py").read_text("utf-8")
    for name in layers:
        shutil.rmtree(app / "kernel" / name)
        text, count = re.subn(rf"^ *{name}\.init_app\(app\)\n", "", text, flags=re.M)
        assert count == 1, f"app.py has {count} lines for {name}"
    left = [name for name in sorted(LAYERS) if name not in layers]
    imported = f"from kernel import {', '.join(left)}\n" if left else ""
    text, count = re.subn(LAYERS_IMPORT, imported, text, flags=re.M)
    assert count == 1, "app.py imports the layers in one statement"
    (app / "app.py").write_text(text, "utf-8")


@pytest.mark.parametrize("layers", [*subsets()], ids=lambda chosen: "+".join(chosen))
def test_every_subset_of_layers_boots_and_serves(
    layers: tuple[str, ...], tmp_path: Path
) -> None:
    for name in PARTS:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    remove(tmp_path, set(LAYERS) - set(layers))
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", VISIT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "served\n", result.stdout + result.stderr
