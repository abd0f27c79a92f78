"""The prose linter finds wordings to replace, and little else."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import BASELINE, ROOT, new_baseline, read_baseline, report
from .check import (
    Exemption,
    Violation,
    misspellings,
    read_exemptions,
    text_files,
    wrong_terms,
)

OLD = Violation("docs/a.rst", 3, "the tree", "codebase")


def found(path: str, text: str) -> list[str]:
    return [violation.found for violation in wrong_terms(path, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Of the answers, 95 in 100 came within 48 ms.", ["95 in 100"]),
        ("It carried 300 requests a second.", ["carried"]),
        ("What gave way first was the database.", ["gave way"]),
        ("The figures are medians.", ["figures"]),
        ("No event was lost or doubled.", ["doubled"]),
        ("The event is brought again.", ["brought"]),
        ("After eight tries it is given up.", ["given up"]),
        ("The blog hears of it.", ["hears"]),
        ("A stand-in plays the module.", ["stand-in", "plays"]),
        ("It passes the contract.", ["the contract"]),
        ("Mend it, and start again.", ["Mend"]),
        ("The modules depend on each other in a circle.", ["in a circle"]),
        ("The database is away.", ["is away"]),
        ("Nobody reads it, and whoever does", ["Nobody", "whoever"]),
        ("Change one's own name.", ["one's own"]),
        ("Your e-mail; a log-in; many log-ins.", ["e-mail", "log-in", "log-ins"]),
        ("This is not for you", ["This is not for you"]),
    ],
)
def test_a_wording_to_replace_is_found(text: str, expected: list[str]) -> None:
    assert found("docs/a.rst", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It carries on, and carries out the plan.",
        "A naive datetime has no time zone.",
        "``flask modules ratchet`` and `tests/contract/` are names.",
        "See :doc:`the contract </tests>`.",
        "nox -s load -- --storm 5; deploy/log-ins.yaml; peers.py; .figures",
        "{{ figures.items() }} formerly=('old',) sweep()",
        "another one's interface",
        "Return what went wrong.",
        "email, login, log in, set up, acceptance suite, the contract suite",
    ],
)
def test_a_name_or_another_sense_is_none(text: str) -> None:
    assert found("docs/a.rst", text) == []


def test_of_python_only_strings_and_comments_are_read() -> None:
    code = '''"""Tell the figures."""

figures = {"figures": 1}  # the figures
nobody = f"{figures} for nobody" + "given " \\
    "up"
# handed over
# again
'''
    violations = list(wrong_terms("app.py", code))
    assert [(each.line, each.found) for each in violations] == [
        (1, "figures"),
        (3, "figures"),
        (4, "nobody"),
        (4, "given up"),
        (6, "handed over again"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They organise it.", ("organise", "organize")),
        ("You recieve it.", ("recieve", "receive")),
    ],
)
def test_spelling_is_american(
    text: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "a b.md").write_text(f"\n{text}\n", encoding="utf-8")
    (violation,) = misspellings(ROOT, [str(tmp_path / "a b.md")])
    assert (violation.line, violation.found, violation.write) == (2, *expected)


def test_a_violation_says_what_to_write_instead() -> None:
    assert str(OLD) == "docs/a.rst:3: 'the tree': write codebase"


def test_a_file_with_more_than_its_baseline_fails() -> None:
    assert list(report([OLD], [], {"docs/a.rst": 1})) == []
    assert list(report([OLD], [], {"docs/a.rst": 2})) == []
    assert list(report([OLD, OLD], [], {"docs/a.rst": 1, "docs/b.rst": 9})) == [
        str(OLD),
        str(OLD),
        "docs/a.rst has 2; its baseline is 1.",
    ]
    assert len(list(report([OLD], [], {}))) == 2


def test_the_baseline_only_shrinks() -> None:
    assert new_baseline([OLD], {}) == {"docs/a.rst": 1}
    assert new_baseline([OLD], {"docs/moved.rst": 2}) == {"docs/a.rst": 1}
    with pytest.raises(ValueError, match=r"allows 1 violations, and there are 2\."):
        new_baseline([OLD, OLD], {"docs/a.rst": 1})


def test_a_baseline_with_a_merge_conflict_is_refused(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("{\n<<<<<<< HEAD\n")
    with pytest.raises(
        ValueError, match=r"baseline\.json: .*keep one side, and run nox"
    ):
        read_baseline(tmp_path / "baseline.json")


def test_an_exception_covers_a_wording_in_some_files() -> None:
    exemption = Exemption("docs/*", "The tree", "A tree of folders.")
    assert exemption.covers(OLD)
    assert not exemption.covers(Violation("README.md", 3, "the tree", ""))
    assert not exemption.covers(Violation("docs/a.rst", 3, "same tree", ""))


def test_an_exception_that_matches_nothing_fails() -> None:
    (problem,) = report([], [Exemption("docs/*", "the tree", "Trees.")], {})
    assert problem == (
        "tests/prose/exceptions.toml: the exception for 'the tree' in docs/* "
        "matches nothing. Remove it."
    )


def test_an_exception_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text('[[exception]]\npath = "docs/*"\nfound = "the tree"\n')
    with pytest.raises(ValueError, match="needs path, found and reason, and has path"):
        read_exemptions(file)


def test_which_files_are_read() -> None:
    paths = text_files(ROOT)
    assert {"README.md", "copier.yml", "generator/checks/name", ".ci/run"} <= {*paths}
    assert not [path for path in paths if "vendor" in path or path.endswith(".json")]
    assert BASELINE.relative_to(ROOT).as_posix() not in paths
