"""What a peer is: the commands that its documentation asks for, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Goal = Literal["page", "admin", "module"]
GOALS: tuple[Goal, ...] = ("page", "admin", "module")


@dataclass(frozen=True)
class Step:
    """A command that is typed, or a file that is edited by hand.

    :param edits: how many lines are written by hand; the command then only copies them.
    """

    goal: Goal
    command: str
    edits: int = 0


def page(command: str, edits: int = 0) -> Step:
    """Return a step without which there is no first page."""
    return Step("page", command, edits)


def admin(command: str, edits: int = 0) -> Step:
    """Return a further step, without which nobody can log in to an admin page."""
    return Step("admin", command, edits)


def module(command: str, edits: int = 0) -> Step:
    """Return a further step, without which there is no page of one's own."""
    return Step("module", command, edits)


@dataclass(frozen=True)
class Live:
    """How an app is served when its requests are measured: as in production.

    :param target: what gunicorn loads.
    :param prepare: commands that only the measurement needs, such as to switch off
        a debug mode or the limit of log-ins.
    """

    target: str
    simple: str
    login: str
    prepare: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """How a feature reaches into another one, and which command might notice.

    :param view: the file of a feature's page; ``{}`` is the feature.
    :param reach: the line that imports what another feature keeps to itself.
    :param check: the command of the peer that looks for mistakes.
    """

    view: str
    reach: str
    check: str


@dataclass(frozen=True)
class Peer:
    """A way to a new app.

    :param name: what it is called on the site.
    :param package: the distribution whose version is told.
    :param note: what the site says about this way.
    :param steps: all that is typed in an empty directory, in order, but the server.
    :param serve: the command that serves it; ``{port}`` is filled in.
    :param first: the path of the first page.
    :param login: the path and the fields of the log-in form, if it has one.
    :param panel: the path of the admin page, and a text that only administrators see.
    :param own: the path of the page of one's own.
    :param tests: the commands that run the tests that it ships or generates; the last
        one's output is counted.
    :param scaffold: Python that adds the modules that ``sys.argv`` names, as the tool
        of the peer does, with a page each.
    :param rules: how to break the rules between features, for who has a ``scaffold``.
    """

    name: str
    package: str
    note: str
    steps: tuple[Step, ...]
    serve: str
    first: str = "/"
    login: tuple[str, Mapping[str, str]] | None = None
    panel: tuple[str, str] | None = None
    own: str | None = "/product/"
    tests: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    live: Live | None = None
    scaffold: str = ""
    rules: Rules | None = None

    def typed(self, goal: Goal) -> tuple[Step, ...]:
        """Return the steps to a goal; the page of one's own comes on top of both."""
        if goal == "page":
            return tuple(step for step in self.steps if step.goal == "page")
        if goal == "admin":
            return tuple(step for step in self.steps if step.goal != "module")
        return tuple(step for step in self.steps if step.goal == "module")
