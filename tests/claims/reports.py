"""Test runs inside of the apps, and what came of them."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .copies import python


@dataclass(frozen=True)
class Report:
    """The names of the tests that ran, by outcome, and how long it all took."""

    passed: list[str]
    failed: list[str]
    seconds: float
    output: str


def run_tests(app: Path, *arguments: str) -> Report:
    """Run pytest in the folder of an app."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.xml")
        options = (f"--junitxml={file}", "-q", "--tb=short", "-p", "no:cacheprovider")
        result = python("-m", "pytest", *arguments, *options, folder=app)
        output = result.stdout + result.stderr
        assert file.exists(), output
        suite = ET.parse(file).getroot()[0]
    outcomes = list(_outcomes(suite))
    return Report(
        [name for name, kind in outcomes if kind == "passed"],
        [name for name, kind in outcomes if kind in ("failure", "error")],
        float(suite.get("time", 0)),
        output,
    )


def _outcomes(suite: ET.Element) -> Iterator[tuple[str, str]]:
    for case in suite.iter("testcase"):
        kinds = [child.tag for child in case]
        known = [kind for kind in kinds if kind in ("failure", "error", "skipped")]
        yield case.get("name", ""), known[0] if known else "passed"
