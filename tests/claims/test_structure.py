"""Structure: the same questions to both apps, red on one and green on the other.

That the monolith fails is expected, strictly: if it passed, the questions would not
tell the two apart.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Recorder
from .copies import FOLDERS, must, python

KINDS = {"before": "monolith", "after": "modular"}
RED = pytest.mark.xfail(strict=True, reason="this is what the structure is for")
BOTH_APPS = pytest.mark.parametrize("app", [pytest.param("before", marks=RED), "after"])
# Whose each model is. In the modular app the folders say it as well.
MODELS = {
    "User": "auth",
    "Checkout": "billing",
    "Subscription": "billing",
    "Invoice": "billing",
    "WebhookReceipt": "billing",
    "Post": "blog",
    "Notification": "notifications",
    "Preference": "notifications",
    "Day": "dashboard",
}
COUNT = """
import json, sys
from pathlib import Path
from kernel.boundaries.coupling import couplings
print(json.dumps(couplings(Path(sys.argv[1]), json.loads(sys.argv[2]))))
"""
LONGEST_FILE = 500
# Layers of the kernel that developers run, and no server does.
TOOLS = ("boundaries", "scaffolding", "testing")


@BOTH_APPS
def test_no_feature_reaches_into_another(app: str, record: Recorder) -> None:
    arguments = ("-c", COUNT, str(FOLDERS[app]), json.dumps(MODELS))
    found = json.loads(must(python(*arguments, folder=FOLDERS["after"])))
    kinds = Counter(kind for _, _, kind, _, _ in found)
    names = {f"{KINDS[app]}_{kind.replace(' ', '_')}": n for kind, n in kinds.items()}
    record("structure", **{f"{KINDS[app]}_violations": len(found)}, **names)
    assert found == []


@BOTH_APPS
def test_no_file_is_too_long_to_read(app: str, record: Recorder) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(app)}
    record("structure", **{f"{KINDS[app]}_longest_file": max(lengths.values())})
    assert max(lengths.values()) <= LONGEST_FILE


def sources(app: str) -> list[Path]:
    """Return the Python files of an app, without its tests and migrations."""
    left_out = {"tests", "migrations", *TOOLS}
    folder = FOLDERS[app]
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if not left_out & set(path.relative_to(folder).parts)
    ]
