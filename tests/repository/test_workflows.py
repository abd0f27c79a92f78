"""The project's workflows and the one that new apps get pin the same actions."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.terminal import ROOT

WORKFLOWS = [
    *ROOT.glob(".github/workflows/*.yml"),
    *ROOT.glob("examples/after_modular/.github/workflows/*.copier"),
]
USES = re.compile(r"uses: (?P<action>[^@\s]+)@(?P<pin>.*)")
PIN = re.compile(r"[0-9a-f]{40} # v\d+\.\d+\.\d+")


def pins() -> dict[str, set[str]]:
    """Return what follows the ``@`` of each action, in all workflows."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in WORKFLOWS:
        for use in USES.finditer(path.read_text(encoding="utf-8")):
            found[use["action"]].add(use["pin"])
    return found


def test_actions_are_pinned_by_commit_with_their_version() -> None:
    unpinned = {
        f"{action}@{pin}"
        for action, used in pins().items()
        for pin in used
        if not PIN.fullmatch(pin)
    }
    assert unpinned == set()


def test_all_workflows_use_the_same_version_of_an_action() -> None:
    """Dependabot updates .github; the template of new apps has to follow by hand."""
    assert len(WORKFLOWS) >= 3
    different = {action: used for action, used in pins().items() if len(used) > 1}
    assert different == {}
