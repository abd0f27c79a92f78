"""Tables of ``docs/_data/peers.json``: this example beside its alternatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes

from _ext.tables import table

Record = dict[str, Any]
NONE = "-"


def first_pages(record: Record) -> nodes.table:
    """Return the way from an empty directory to a page and to an admin page."""
    return table(
        [
            "Project",
            "Commands to a page",
            "Seconds to a page",
            "Commands to an admin page",
            "Lines edited",
            "Seconds to an admin page",
        ],
        (
            [
                _name(project),
                _of(project, "commands", "page"),
                _of(project, "seconds", "page"),
                _of(project, "commands", "admin"),
                _of(project, "lines_by_hand", "admin"),
                _of(project, "seconds", "admin"),
            ]
            for project in _completed(record)
        ),
    )


def own_page(record: Record) -> nodes.table:
    """Return the way from there to a page of your own."""
    return table(
        ["Project", "Commands", "Lines edited", "Seconds"],
        (
            [
                _name(project),
                _of(project, "commands", "module"),
                _of(project, "lines_by_hand", "module"),
                _of(project, "seconds", "module"),
            ]
            for project in _completed(record)
        ),
    )


def tests(record: Record) -> nodes.table:
    """Return the tests that a new project contains."""
    return table(
        ["Project", "Command", "Passed", "Failed"],
        (
            [
                _name(project),
                found["command"],
                str(found.get("passed", NONE)),
                str(found.get("failed", found.get("error", NONE))),
            ]
            for project in _completed(record)
            if (found := project.get("tests"))
        ),
    )


def costs(record: Record) -> nodes.table:
    """Return the cost of a request, of a start and of a process."""
    return table(
        [
            "Project",
            "Login page, CPU ms",
            "Simple page, CPU ms",
            "Start, ms",
            "Memory, MB",
        ],
        (
            [
                project["name"],
                _of(project, "cpu_ms", "login"),
                _of(project, "cpu_ms", "simple"),
                _of(project, "start_ms", "wall"),
                _shown(project.get("memory_mb")),
            ]
            for project in record["peers"].values()
            if "cpu_ms" in project
        ),
    )


def modules(record: Record) -> nodes.table:
    """Return the start-up cost of a module, and which mistakes the tool reports."""
    answers = {True: "yes", False: "no"}
    return table(
        [
            "Project",
            "CPU ms per module at the start",
            "Command that checks",
            "Reports an import of another feature's internals",
            "Starts without a broken feature",
        ],
        (
            [
                project["name"],
                _shown(project.get("module_start_ms")),
                rules["check"],
                answers[rules["reaching_in_is_noticed"]],
                answers[rules["others_answer_when_one_is_broken"]],
            ]
            for project in record["peers"].values()
            if (rules := project.get("rules"))
        ),
    )


def excluded(record: Record) -> nodes.table:
    """Return the projects that did not complete, each with the error."""
    return table(
        ["Project", "Error"],
        (
            [project["name"], project[problem]]
            for project in record["peers"].values()
            for problem in ("error", "live_error", "modules_error")
            if problem in project
        ),
    )


def goals(record: Record) -> nodes.table:
    """Return whether our goals hold in this record."""
    questions = {
        "fewer_commands": "Fewer commands to an admin page than each alternative",
        "shorter_time": "Less time to an admin page than each one that completed",
    }
    return table(
        ["Our goal", "In this record"],
        (
            [question, "holds" if record["holds"][name] else "does not hold"]
            for name, question in questions.items()
        ),
    )


TABLES: dict[str, Callable[[Record], nodes.table]] = {
    "goals": goals,
    "first-pages": first_pages,
    "own-page": own_page,
    "tests": tests,
    "costs": costs,
    "modules": modules,
    "excluded": excluded,
}


def _completed(record: Record) -> list[Record]:
    return [project for project in record["peers"].values() if "seconds" in project]


def _name(project: Record) -> str:
    return f"{project['name']} {project['version']}"


def _of(project: Record, measure: str, goal: str) -> str:
    return _shown(project.get(measure, {}).get(goal))


def _shown(value: float | None) -> str:
    return NONE if value is None else f"{value:g}"
