"""What the finished apps cost: requests, start-up, memory, one more module."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.peer import Live
from benchmarks.peers.project import FailedError, Project, error_line
from benchmarks.server import BARE, App, Server, serve

BOOT = Path(__file__).with_name("boot.py")
WARM_UP = 40
REQUESTS = 150
MODULES = 40
WORKERS = 2
Figures = dict[str, dict[str, Any]]


def measure(projects: Mapping[str, Project], rounds: int) -> Figures:
    """Return what each app costs; whoever fails has only an ``error``."""
    ready: dict[str, Project] = {}
    figures: Figures = {}
    for name, project in projects.items():
        try:
            _prepare(project)
        except FailedError as error:
            figures[name] = {"error": str(error)}
        else:
            ready[name] = project
    for name, found in _requests(ready, rounds).items():
        figures.setdefault(name, {}).update(found)
    larger: dict[str, Path | None] = {}
    for name, project in ready.items():
        try:
            larger[name] = _with_modules(project)
        except FailedError as error:
            larger[name] = None
            figures[name]["modules_error"] = str(error)
    for name, found in _starts(ready, larger, rounds).items():
        figures.setdefault(name, {}).update(found)
    for name, folder in larger.items():
        if folder and ready[name].peer.rules:
            figures[name]["rules"] = _rules(ready[name], folder)
    return figures


def _live(project: Project) -> Live:
    assert project.peer.live
    return project.peer.live


def _prepare(project: Project) -> None:
    project.type(f"pip install gunicorn=={version('gunicorn')}")
    live = _live(project)
    for command in live.prepare:
        project.type(command)
    start_up(project, project.folder)  # or it says here what is wrong
    try:
        with serve(_app(project), {**project.env, **live.env}) as server:
            server.get(live.simple)
            server.get(live.login)
    except (RuntimeError, TimeoutError) as error:
        raise FailedError(str(error)) from error


def _app(project: Project) -> App:
    python = project.environment.python
    return App(project.peer.name, project.folder, _live(project).target, python)


def _requests(ready: Mapping[str, Project], rounds: int) -> Figures:
    """Ask all servers in turn, so that what else the machine does meets all alike."""
    with ExitStack() as stack:
        servers = {"bare": stack.enter_context(serve(BARE, {}, WORKERS))}
        visits = [("bare", "simple", "/")]
        for name, project in ready.items():
            live = _live(project)
            env = {**project.env, **live.env}
            server = serve(_app(project), env, WORKERS)
            servers[name] = stack.enter_context(server)
            visits += [(name, "simple", live.simple), (name, "login", live.login)]
        figures: Figures = {name: {"cpu_ms": {}, "bytes": {}} for name in servers}
        spent: dict[tuple[str, str], list[float]] = {}
        for number in range(rounds + 1):
            for name, page, path in visits:
                count = REQUESTS if number else WARM_UP
                milliseconds = _cpu_milliseconds(servers[name], path, count)
                if number:
                    spent.setdefault((name, page), []).append(milliseconds)
        for name, page, path in visits:
            figures[name]["cpu_ms"][page] = round(median(spent[name, page]), 2)
            figures[name]["bytes"][page] = len(servers[name].get(path))
        for name, server in servers.items():
            figures[name]["memory_mb"] = round(server.megabytes(), 1)
    return figures


def _cpu_milliseconds(server: Server, path: str, requests: int) -> float:
    before = server.cpu_seconds()
    for _ in range(requests):
        server.get(path)
    return 1000 * (server.cpu_seconds() - before) / requests


def _starts(
    ready: Mapping[str, Project], larger: Mapping[str, Path | None], rounds: int
) -> Figures:
    """Start each app in fresh processes, as it is and with more modules."""
    starts: dict[tuple[str, bool], list[dict[str, float]]] = {}
    for number in range(rounds + 1):
        for name, project in ready.items():
            for folder, more in ((project.folder, False), (larger[name], True)):
                if folder:
                    start = start_up(project, folder)
                    if number:  # the first start writes the bytecode
                        starts.setdefault((name, more), []).append(start)
    figures: Figures = {}
    for name in ready:
        medians = _medians(starts[name, False])
        figures[name] = {"start_ms": medians}
        if (name, True) in starts:
            added = _medians(starts[name, True])["cpu"] - medians["cpu"]
            figures[name]["module_start_ms"] = round(added / MODULES, 2)
    return figures


def _medians(starts: list[dict[str, float]]) -> dict[str, float]:
    return {kind: round(median(start[kind] for start in starts)) for kind in starts[0]}


def _with_modules(project: Project) -> Path | None:
    """Copy a project and add modules to it, if its peer has a tool for that."""
    if not project.peer.scaffold:
        return None
    folder = project.folder.with_name("more")
    shutil.copytree(project.folder, folder)
    names = [f"m{number:03}" for number in range(MODULES)]
    _python(project, folder, "-c", project.peer.scaffold, *names, env=project.env)
    return folder


def _rules(project: Project, folder: Path) -> dict[str, Any]:
    """Let a feature reach into another one, then break it; return who notices.

    A command notices when it fails or names the feature that was reached into.
    """
    rules = project.peer.rules
    assert rules
    reaching, other = "m001", "m002"
    view = folder / rules.view.format(reaching)
    healthy = view.read_text()
    view.write_text(f"{healthy}\n{rules.reach.format(other)}  # noqa\n")
    checked = subprocess.run(
        ["bash", "-c", rules.check],
        cwd=folder,
        env=project.env,
        capture_output=True,
        text=True,
        check=False,
    )
    noticed = checked.returncode != 0 or other in checked.stdout
    view.write_text(f"{healthy}\nraise RuntimeError('broken')\n")
    try:
        start_up(project, folder)
    except FailedError:
        others_answer = False
    else:
        others_answer = True
    return {
        "check": rules.check,
        "reaching_in_is_noticed": noticed,
        "others_answer_when_one_is_broken": others_answer,
    }


def start_up(project: Project, folder: Path) -> dict[str, float]:
    """Start the app of a folder until its first answer; return the milliseconds."""
    live = _live(project)
    env = {**project.env, **live.env}
    printed = _python(project, folder, str(BOOT), live.target, live.simple, env=env)
    milliseconds: dict[str, float] = json.loads(printed.splitlines()[-1])
    return milliseconds


def _python(
    project: Project, folder: Path, *arguments: str, env: Mapping[str, str]
) -> str:
    command = [str(project.environment.python), *arguments]
    result = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise FailedError(error_line(result.stderr))
    return result.stdout
