"""The real app behind its proxy: users write posts while processes are killed."""

from __future__ import annotations

import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from stack import Stack

from .ledger import UNFINISHED, Ledger

USERS = 4
PASSWORD = "inkwell-demo"
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]*)"')
LIFETIME = (0.5, 2.0)  # seconds
DRAIN_TIMEOUT = 600  # seconds
KILLED = (("app-1", "app-2"), ("worker-1", "worker-2"))


class Writer:
    """A user who writes, publishes and unpublishes posts, and changes their name."""

    def __init__(self, url: str, number: int) -> None:
        self.email = f"user{number:06}@example.com"
        self.acknowledged = 0
        self.failed = 0
        self.posts: list[str] = []
        self._http = httpx.Client(base_url=url, timeout=30)
        self._log_in()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def stop(self) -> None:
        """Finish the current request."""
        self._stopped.set()
        self._thread.join()
        self._http.close()

    def _write(self) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            text = {"title": f"Post {number}", "body": "Words."}
            path = self._submit("/blog/new", **text, action="draft")
            if path:
                self.posts.append(path)
                self._submit(f"{path}/edit", **text, action="publish")
                self._submit(f"{path}/edit", **text, action="draft")
            self._submit("/auth/account", name=f"Name {number}")
            time.sleep(0.2)

    def _log_in(self) -> None:
        if not self._submit("/auth/login", email=self.email, password=PASSWORD):
            raise RuntimeError(f"{self.email} can't log in")

    def _submit(self, path: str, **fields: str) -> str:
        """Submit a form; return the redirect's target, or "" if it was not accepted."""
        try:
            hidden = dict(HIDDEN.findall(self._get(path).text))
            response = self._http.post(path, data={**hidden, **fields})
        except httpx.HTTPError:
            self.failed += 1
            return ""
        if response.is_server_error:
            self.failed += 1
        elif response.status_code == 302:
            self.acknowledged += 1
            return response.headers["Location"]
        return ""  # such as a fourth published post on the Free plan

    def _get(self, path: str) -> httpx.Response:
        return self._http.get(path).raise_for_status()


def killed_instances(folder: Path, seconds: float) -> dict[str, Any]:
    """Kill instances and workers of the real app behind nginx, one after the other."""
    settings = {"EVENTS_STALE_AFTER": "1", "EVENTS_BACKOFF": "1"}
    with Stack(
        folder, instances=2, workers=2, broker="worker", proxy="nginx", env=settings
    ) as stack:
        stack.flask("demo", "--users", "20")
        ledger = Ledger(stack.database_url)
        _drain(ledger)
        writers = [Writer(stack.url, number) for number in range(1, USERS + 1)]
        with ThreadPoolExecutor(len(KILLED)) as pool:
            kills = sum(pool.map(partial(_kill, stack, seconds), KILLED))
        for writer in writers:
            writer.stop()
        drained = _drain(ledger)
        return {
            "kills": kills,
            **_requests(writers),
            **_compare(ledger, writers),
            "drain_ratio": round(drained / seconds, 3),
        }


def _kill(stack: Stack, seconds: float, names: tuple[str, ...]) -> int:
    """Kill and restart one of these at a time; return the number of kills."""
    until = time.monotonic() + seconds
    kills = 0
    while time.monotonic() < until:
        time.sleep(random.uniform(*LIFETIME))
        process = stack[random.choice(names)]
        process.kill()
        process.start()
        kills += 1
    return kills


def _drain(ledger: Ledger) -> float:
    started = time.monotonic()
    while any(ledger.states()[state] for state in UNFINISHED):
        if time.monotonic() - started > DRAIN_TIMEOUT:
            break
        time.sleep(0.1)
    return time.monotonic() - started


def _requests(writers: list[Writer]) -> dict[str, Any]:
    acknowledged = sum(writer.acknowledged for writer in writers)
    failed = sum(writer.failed for writer in writers)
    return {
        "requests": {
            "sent": acknowledged + failed,
            "acknowledged": acknowledged,
            "failed": failed,
        }
    }


def _compare(ledger: Ledger, writers: list[Writer]) -> dict[str, int]:
    """Compare the read models with their sources."""
    states = ledger.states()
    counted = _one(ledger, "SELECT coalesce(sum(posts), 0) FROM dashboard_day")
    published = _one(
        ledger, "SELECT count(*) FROM blog_post WHERE published_at IS NOT NULL"
    )
    misnamed = _one(
        ledger,
        "SELECT count(*) FROM blog_post JOIN auth_user ON auth_user.id = author_id"
        " WHERE author_name <> auth_user.name",
    )
    existing = {row.id for row in ledger.rows("SELECT id FROM blog_post")}
    missing = [
        path
        for writer in writers
        for path in writer.posts
        if int(path.rpartition("/")[2]) not in existing
    ]
    return {
        "published": states.total(),
        "acknowledged_but_missing": len(missing),
        "lost": max(0, published - counted),
        "duplicated": max(0, counted - published),
        "out_of_order": misnamed,
        "undelivered": states.total() - states["COMPLETED"],
    }


def _one(ledger: Ledger, statement: str) -> int:
    ((value,),) = ledger.rows(statement)
    return int(value)
