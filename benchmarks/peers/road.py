"""Walk to the first page, to a logged-in admin page, to a page of one's own."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.peers.peer import Goal, Peer
from benchmarks.peers.project import Project, first_words

Seconds = dict[Goal, float]


def walk(peer: Peer, folder: Path) -> tuple[Project, Seconds]:
    """Start in an empty folder; return the project, and the seconds to each goal.

    What a step takes counts for every goal that needs it. The server counts until the
    page is there: for the admin page, until somebody has logged in and sees it. The
    page of one's own is what comes after that.

    :raises FailedError: if a command fails or a page does not answer.
    """
    project = Project(peer, folder)
    seconds: Seconds = {}
    to_page = project.take(peer.typed("page"))
    further = [step for step in peer.typed("admin") if step.goal == "admin"]
    to_admin = to_page + project.take(further)
    start = time.perf_counter()
    with project.serve() as serving:
        serving.wait_for(peer.first)
        seconds["page"] = to_page + time.perf_counter() - start
        if peer.login and peer.panel:
            form, fields = peer.login
            serving.visitor.submit(form, **fields)
            path, text = peer.panel
            page = serving.visitor.get(path)
            if page.path != path or text not in page.text:
                raise serving.failed(f"{path} leads to {page.path} ({page.status})")
            served = time.perf_counter() - start
            project.took[first_words(peer.serve)] = served
            seconds["admin"] = to_admin + served
    if peer.own:
        to_own = project.take(peer.typed("module"))
        start = time.perf_counter()
        with project.serve() as serving:
            serving.wait_for(peer.own)
            seconds["module"] = to_own + time.perf_counter() - start
    return project, seconds
