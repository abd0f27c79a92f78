"""The claims: each test tries to break a sentence of the guide.

    pytest tests/claims                       check, and write nothing
    pytest tests/claims --evidence FILE       check, and write what was measured

`nox -s evidence` does the second for the site. The tests break copies of the apps
in temporary folders, never the apps themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .claims import CLAIMS
from .record import Record

PROPERTY = "evidence"
Recorder = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims")
    group.addoption("--evidence", type=Path, help="file to write what was measured")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--evidence", None)
    if path and not hasattr(config, "workerinput"):  # not in a process of xdist
        config.pluginmanager.register(Writer(path))


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Recorder:
    """Return a function that notes what a test has measured for a claim.

    Call it before the first assert, so that a claim that fails is on record, too.
    """

    def record(claim: str, *, exceptions: tuple[str, ...] = (), **measure: Any) -> None:
        assert claim in CLAIMS, f"{claim!r} does not stand in claims.py"
        said = {"claim": claim, "exceptions": list(exceptions), "measure": measure}
        record_property(PROPERTY, said)

    return record


class Writer:
    """Gathers what the tests recorded, and writes it when all of them have run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record = Record()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            said: list[Any] = [
                value for key, value in report.user_properties if key == PROPERTY
            ]
            passed = report.passed or hasattr(report, "wasxfail")
            self.record.add(report.nodeid, passed, said)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if missing := self.record.missing():
            names = ", ".join(missing)
            terminalreporter.write_line(
                f"{self.path.name} is not written: no test has recorded {names}.",
                red=True,
            )
            return
        self.record.write(self.path)
        for name, entry in sorted(self.record.entries.items()):
            terminalreporter.write_line(f"{name:<16}{entry.verdict}")
