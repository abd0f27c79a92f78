"""Boundaries: the rules hold in the app, and each one is seen to fail."""

from __future__ import annotations

import json
import re

from .conftest import Recorder
from .copies import FOLDERS, must, python
from .reports import run_tests

APP = FOLDERS["after"]
RULES = """
import json
from kernel.boundaries.rules import RULES
print(json.dumps([*RULES]))
"""
MUTATION = re.compile(r"test_a_rule_alone_reports_its_breakage\[(\w+)\]")


def test_each_contract_has_a_mutation_that_turns_it_red(record: Recorder) -> None:
    contracts = set(json.loads(must(python("-c", RULES, folder=APP))))
    report = run_tests(APP, "tests/boundaries/test_rules.py")
    mutated = {name for test in report.passed for name in MUTATION.findall(test)}
    record(
        "boundaries",
        contracts=len(contracts),
        mutations=len(mutated),
        contracts_without_mutation=len(contracts - mutated),
        names=sorted(contracts),
    )
    assert report.failed == [], report.output
    assert mutated == contracts


def test_the_app_keeps_every_contract(record: Recorder) -> None:
    result = python("-m", "flask", "modules", "check", folder=APP)
    violations = result.stdout.splitlines() if result.returncode else []
    known = APP / "known_violations.txt"
    record("boundaries", violations=len(violations), tolerated=int(known.exists()))
    assert violations == []
    assert not known.exists()
