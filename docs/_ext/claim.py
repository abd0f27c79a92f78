"""The ``claim`` directive: a sentence of the guide, with what its tests measured.

The build fails when a claim has no test or no record, or when what was measured is
outside of what the claim promises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import SESSIONS, pick, read
from _ext.excerpt import python_object
from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Record = dict[str, Any]
# The mark repeats the color, for print and for color-blind readers.
MARKS = {"holds": "✓", "holds with exceptions": "!", "does not hold": "✗"}


def check(name: str, record: Record, root: Path) -> list[Path]:
    """Return the files of the tests that a record comes from.

    Raise :exc:`LookupFailed` when the record proves nothing.
    """
    if record["verdict"] not in MARKS:
        raise LookupFailed(
            f"{record['verdict']!r} is no verdict. Use one of {', '.join(MARKS)}."
        )
    if not record["tests"]:
        raise LookupFailed(
            f"No test attacks it. Write one in tests/claims, and run "
            f"{SESSIONS['evidence']}."
        )
    for measure in record["tolerance"]:
        check_tolerance(record, measure)
    return [check_test(root, test) for test in record["tests"]]


def check_test(root: Path, test: str) -> Path:
    """Return the file of *test*, such as ``tests/claims/test_a.py::test_b``."""
    path, _, function = test.partition("::")
    try:
        file = locate_file(root, path)
        python_object(file.read_text(encoding="utf-8"), function.replace("::", "."))
    except LookupFailed as error:
        raise LookupFailed(
            f"Its test {test} is not in the repository. Run {SESSIONS['evidence']}: "
            "the record seems older than the tests."
        ) from error
    return file


def check_tolerance(record: Record, measure: str) -> None:
    """Refuse a record whose *measure* is absent or too small or too large."""
    low, high = record["tolerance"][measure]
    value = record["measure"].get(measure)
    if value is None:
        found = "was not measured"
    elif (low is not None and value < low) or (high is not None and value > high):
        found = f"is {value}"
    else:
        return
    promised = " and ".join(
        f"{words} {limit}"
        for words, limit in (("at least", low), ("at most", high))
        if limit is not None
    )
    raise LookupFailed(
        f"{measure} {found}; the claim promises {promised}. Repair the app and run "
        f"{SESSIONS['evidence']}, or promise less in tests/claims."
    )


class ClaimDirective(SphinxDirective):
    """Show the claim that is named: its sentence, its verdict, its numbers, its tests.

    The content, if there is any, stands below: what the numbers mean.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the claim, or an error that names the fix."""
        name = self.arguments[0]
        try:
            evidence = read(self.env, "evidence")
            record = pick(evidence["claims"], name, "evidence")
            files = check(name, record, repository_root(self.env))
        except LookupFailed as error:
            raise self.error(f"claim {name}: {error}") from error
        for file in files:
            self.env.note_dependency(file)
        verdict = record["verdict"]
        kind = nodes.make_id(verdict)
        mark = nodes.inline(
            text=f"{MARKS[verdict]} {verdict.capitalize()}", classes=["verdict-mark"]
        )
        numbers = _numbers(record)
        claim = nodes.container(
            "",
            nodes.paragraph(text=record["sentence"], classes=["claim-sentence"]),
            nodes.paragraph("", "", mark, nodes.Text(f" {numbers}")),
            *self.parse_content_to_nodes(),
            *_exceptions(record),
            self.source(record["tests"], evidence["measured"]),
            classes=["claim", kind],
        )
        return [claim]

    def source(self, tests: list[str], measured: str) -> nodes.paragraph:
        """Return when it was measured, with links to the tests."""
        line = nodes.paragraph(
            "", f"Measured on {measured} by ", classes=["claim-source"]
        )
        for number, test in enumerate(tests):
            if number:
                line += nodes.Text(", ")
            line += self.link(test)
        line += nodes.Text(".")
        return line

    def link(self, test: str) -> nodes.Node:
        """Return a link to the source of a test."""
        path, _, function = test.partition("::")
        return addnodes.download_reference(
            "",
            "",
            nodes.literal(text=function),
            refdoc=self.env.docname,
            reftarget=f"/{self.config.repository_root}/{path}",
            reftitle=path,
        )


def _numbers(record: Record) -> str:
    """Return what was measured of that which the claim promises something about."""
    numbers = (
        f"{name.replace('_', ' ')}: {record['measure'][name]:,}"
        for name in record["tolerance"]
    )
    return " · ".join(numbers)


def _exceptions(record: Record) -> list[nodes.Node]:
    if not record["exceptions"]:
        return []
    items = (
        nodes.list_item("", nodes.paragraph(text=each)) for each in record["exceptions"]
    )
    title = nodes.paragraph(text="Where it does not hold:")
    return [title, nodes.bullet_list("", *items)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("claim", ClaimDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
