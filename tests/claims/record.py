"""The record: what the claim tests measured, gathered into one file for the site."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from .claims import CLAIMS

PACKAGES = ("flask", "sqlalchemy", "alembic", "import-linter")


@dataclass
class Entry:
    """What the tests of one claim said so far."""

    tests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    measure: dict[str, Any] = field(default_factory=dict)
    exceptions: set[str] = field(default_factory=set)

    @property
    def verdict(self) -> str:
        """The verdict in the words of the site."""
        if self.failed:
            return "does not hold"
        return "holds with exceptions" if self.exceptions else "holds"


class Record:
    """Gathers what the tests recorded, whichever process they ran in."""

    def __init__(self) -> None:
        self.entries = {
            name: Entry(exceptions=set(claim.limits)) for name, claim in CLAIMS.items()
        }

    def add(self, test: str, passed: bool, said: Iterable[dict[str, Any]]) -> None:
        """Take over what one test recorded.

        Lists that several tests record under one name are joined.
        """
        for each in said:
            entry = self.entries[each["claim"]]
            if (name := test.partition("[")[0]) not in entry.tests:
                entry.tests.append(name)
            if not passed:
                entry.failed.append(test)
            entry.exceptions.update(each["exceptions"])
            for key, value in each["measure"].items():
                if isinstance(value, list):
                    value = entry.measure.get(key, []) + value
                entry.measure[key] = value

    def missing(self) -> list[str]:
        """Return the claims that no test has recorded."""
        return [name for name, entry in self.entries.items() if not entry.tests]

    def write(self, path: Path) -> None:
        """Write the file. Everything is sorted, so that two runs can be compared."""
        evidence = {
            "measured": datetime.now(UTC).date().isoformat(),
            "machine": f"{psutil.cpu_count()} cores, {platform.system()}",
            "python": platform.python_version(),
            "versions": {name: version(name) for name in PACKAGES},
            "claims": {name: self._claim(name) for name in sorted(self.entries)},
        }
        path.write_text(json.dumps(evidence, indent=2) + "\n", encoding="utf-8")

    def _claim(self, name: str) -> dict[str, Any]:
        entry = self.entries[name]
        claim = CLAIMS[name]
        return {
            "sentence": claim.sentence,
            "verdict": entry.verdict,
            "measure": _stable(claim.summarise(entry.measure)),
            "exceptions": sorted(entry.exceptions),
            "test": entry.tests[0].partition("::")[0],
            "tests": sorted(entry.tests),
            "tolerance": claim.tolerance,
        }


def _stable(measure: dict[str, Any]) -> dict[str, Any]:
    """Sort what came in the order in which tests happened to run."""
    return {
        key: sorted(value, key=json.dumps) if isinstance(value, list) else value
        for key, value in sorted(measure.items())
    }
