"""The real app behind its proxy: people write, and processes are killed under them."""

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

from .account import UNFINISHED, Books

PEOPLE = 4
PASSWORD = "inkwell-demo"
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]*)"')
LIFE = (0.5, 2.0)  # seconds
LONGEST_DRAIN = 600  # seconds
KILLED = (("app-1", "app-2"), ("worker-1", "worker-2"))


class Writer:
    """Somebody who writes posts, publishes them, takes them back, and is renamed."""

    def __init__(self, url: str, number: int) -> None:
        self.email = f"user{number:06}@example.com"
        self.acknowledged = 0
        self.failed = 0
        self.posts: list[str] = []
        self._http = httpx.Client(base_url=url, timeout=30)
        self._log_in()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._write_on)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is at hand."""
        self._ends.set()
        self._thread.join()
        self._http.close()

    def _write_on(self) -> None:
        number = 0
        while not self._ends.is_set():
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
        """Fill in a form; return where it leads, or nothing if it was not accepted."""
        try:
            hidden = dict(HIDDEN.findall(self._get(path).text))
            answer = self._http.post(path, data={**hidden, **fields})
        except httpx.HTTPError:
            self.failed += 1
            return ""
        if answer.is_server_error:
            self.failed += 1
        elif answer.status_code == 302:
            self.acknowledged += 1
            return answer.headers["Location"]
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
        books = Books(stack.database_url)
        _drain(books)
        writers = [Writer(stack.url, number) for number in range(1, PEOPLE + 1)]
        with ThreadPoolExecutor(len(KILLED)) as pool:
            kills = sum(pool.map(partial(_kill, stack, seconds), KILLED))
        for writer in writers:
            writer.stop()
        drained = _drain(books)
        return {
            "kills": kills,
            **_requests(writers),
            **_compare(books, writers),
            "drain_ratio": round(drained / seconds, 3),
        }


def _kill(stack: Stack, seconds: float, names: tuple[str, ...]) -> int:
    """Kill one of these, start it again, and so on; return how many were killed."""
    until = time.monotonic() + seconds
    kills = 0
    while time.monotonic() < until:
        time.sleep(random.uniform(*LIFE))
        process = stack[random.choice(names)]
        process.kill()
        process.start()
        kills += 1
    return kills


def _drain(books: Books) -> float:
    started = time.monotonic()
    while any(books.states()[state] for state in UNFINISHED):
        if time.monotonic() - started > LONGEST_DRAIN:
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


def _compare(books: Books, writers: list[Writer]) -> dict[str, int]:
    """Compare the read models with what they were made from."""
    states = books.states()
    counted = _one(books, "SELECT coalesce(sum(posts), 0) FROM dashboard_day")
    published = _one(
        books, "SELECT count(*) FROM blog_post WHERE published_at IS NOT NULL"
    )
    misnamed = _one(
        books,
        "SELECT count(*) FROM blog_post JOIN auth_user ON auth_user.id = author_id"
        " WHERE author_name <> auth_user.name",
    )
    there = {row.id for row in books.rows("SELECT id FROM blog_post")}
    missing = [
        path
        for writer in writers
        for path in writer.posts
        if int(path.rpartition("/")[2]) not in there
    ]
    return {
        "published": states.total(),
        "acknowledged_but_missing": len(missing),
        "lost": max(0, published - counted),
        "doubled": max(0, counted - published),
        "out_of_order": misnamed,
        "undelivered": states.total() - states["COMPLETED"],
    }


def _one(books: Books, statement: str) -> int:
    ((value,),) = books.rows(statement)
    return int(value)
