"""What scale problems cost, before and after: ``nox -s scale``.

Both apps run side by side with 100,000 people and a million rows in PostgreSQL, under
the same server, and are asked in turn. Beside them a bare Flask app shows what a page
costs that has none of it. Writes ``docs/_data/scale.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import psycopg
import redis
from benchmarks.load.machine import describe_machine
from benchmarks.scale import pages, site, slow_mail
from benchmarks.scale.pages import HOT, Visit, ratio
from benchmarks.scale.site import Site

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "docs/_data/scale.json"
FOLDERS = {
    "before": ROOT / "examples/before_monolith",
    "after": ROOT / "examples/after_modular",
}
CHARTS_BYTES = 6_000
GETS = 4_000
FEED = "/blog/feed.atom"
# What the monolith asks when its minute is over, and what the modular app asks
# each time.
TOTALS = {
    "counted": (
        "before",
        "SELECT (SELECT count(*) FROM users WHERE confirmed_at IS NOT NULL), "
        "(SELECT count(*) FROM posts WHERE published_at IS NOT NULL)",
    ),
    "kept": ("after", "SELECT name FROM dashboard_version"),
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.25, help="CPU a visit")
    parser.add_argument("--mails", type=int, default=10)
    parser.add_argument("--data", type=Path, help="keep the databases in this folder")
    options = parser.parse_args()
    with ExitStack() as exits:
        folder = options.data or Path(
            exits.enter_context(tempfile.TemporaryDirectory(prefix="scale-"))
        )
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        inbox, mail = exits.enter_context(slow_mail.slow_mail_server())
        say("Seeding both databases")
        before, after = _two_apps(exits, folder, options.users, mail)
        bare = exits.enter_context(site.bare(folder))
        say("Measuring pages")
        result = {
            **_describe(before, after),
            **_pages([bare, before, after], options.rounds, options.seconds),
            "totals": _totals([before, after]),
            "redis": _redis(after),
        }
        say("Sending mails")
        result["mail"] = slow_mail.measure([before, after], inbox, options.mails)
    say("Counting queries")
    result["statements"] = build_statements()
    result["queries"] = {name: count_queries(name, 200) for name in FOLDERS}
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def build_statements() -> dict[str, float]:
    """Return what statements cost that are built each time, and once."""
    script = Path(__file__).with_name("statements.py")
    done = subprocess.run(
        [sys.executable, script],
        cwd=FOLDERS["after"],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def count_queries(
    app: str, people: int, *, database_url: str | None = None
) -> dict[str, Any]:
    """Return what each page asks the database, from a process of its own.

    :param database_url: an empty database; one in a file, if not given.
    """
    env = {**os.environ, "DATABASE_URL": database_url or ""}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("queries.py"),
                folder,
                str(people),
            ],
            cwd=FOLDERS[app],
            env={name: value for name, value in env.items() if value},
            check=True,
            stdout=subprocess.PIPE,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _two_apps(
    exits: ExitStack, folder: Path, users: int, env: dict[str, str]
) -> list[Site]:
    """Start both; seeding takes a minute, so they do it side by side."""

    def start(name: str) -> tuple[ExitStack, Site]:
        own = ExitStack()
        return own, own.enter_context(site.app(name, folder / name, users, env))

    with ThreadPoolExecutor() as threads:
        started = list(threads.map(start, FOLDERS))
    for own, _ in started:
        exits.push(own)
    return [each for _, each in started]


def _describe(*sites: Site) -> dict[str, Any]:
    databases = {each.name: each.database for each in sites if each.database}
    rows = {name: database.rows() for name, database in databases.items()}
    return {**describe_machine(databases["after"]), "rows": rows}


def _pages(sites: Sequence[Site], rounds: int, seconds: float) -> dict[str, Any]:
    """Measure everything that is a request, interleaved."""
    *_, after = sites
    wanted = [visit for each in sites for visit in pages.visits(each)]
    wanted += [visit for each in sites[1:] for visit in _feeds(each)]
    wanted.append(_uncached(after))
    found = pages.measure(wanted, rounds=rounds, seconds=seconds)
    page = found["bare", "page"]

    def figures(name: str) -> dict[str, Any]:
        both = {app: found[app, name] for app in ("before", "after")}
        return {
            **{app: _rounded(median(each["ms"])) for app, each in both.items()},
            "times": ratio(both["before"], both["after"]),
            "before_to_bare": ratio(both["before"], page),
            "after_to_bare": ratio(both["after"], page),
            "before_kb": round(both["before"]["bytes"] / 1000, 1),
            "after_kb": round(both["after"]["bytes"] / 1000, 1),
        }

    names = [*pages.PAGES, "feed"]
    after_feed, same_feed = found["after", "feed"], found["after", "feed, unchanged"]
    cached, drawn = found["after", "dashboard"], found["after", "dashboard, changed"]
    shown = {name: figures(name) for name in names}
    return {
        "bare_ms": {
            "hello": _rounded(median(found["bare", "hello"]["ms"])),
            "page": _rounded(median(page["ms"])),
        },
        "pages": shown,
        "hot_to_bare": {
            "highest": max(shown[name]["after_to_bare"] for name in HOT),
            "lowest": min(shown[name]["after_to_bare"] for name in HOT),
        },
        "fragment": {
            "kept_ms": _rounded(median(cached["ms"])),
            "drawn_ms": _rounded(median(drawn["ms"])),
            "times": ratio(drawn, cached),
        },
        "feed": {
            "sent_ms": _rounded(median(after_feed["ms"])),
            "unchanged_ms": _rounded(median(same_feed["ms"])),
            "times": ratio(after_feed, same_feed),
            "sent_kb": round(after_feed["bytes"] / 1000, 1),
        },
    }


def _feeds(target: Site) -> list[Visit]:
    sent = Visit(target, "feed", "anonymous", FEED)
    answer = target.visitors["anonymous"].get(FEED)
    if not (etag := answer.headers.get("ETag")):
        return [sent]
    same = (("If-None-Match", etag),)
    return [sent, Visit(target, "feed, unchanged", "anonymous", FEED, same, 304)]


def _uncached(after: Site) -> Visit:
    """Return a visit to the dashboard that finds a day changed each time."""
    connection = after.connection
    assert connection is not None
    return Visit(
        after,
        "dashboard, changed",
        "member",
        "/dashboard/",
        change=lambda: connection.execute(
            "UPDATE dashboard_version SET name = md5(random()::text)"
        ),
    )


def _totals(sites: Sequence[Site]) -> dict[str, float]:
    """Return the CPU of the database for the figures that each dashboard shows."""
    connections = {each.name: each.connection for each in sites}
    spent = {}
    for name, (app, query) in TOTALS.items():
        connection = connections[app]
        assert connection is not None
        times = 40 if name == "counted" else 2_000
        spent[name] = _milliseconds(connection, query, times)
    return {
        "counted_ms": _rounded(spent["counted"]),
        "kept_ms": round(spent["kept"], 3),
        "times": round(spent["counted"] / spent["kept"]),
    }


def _redis(after: Site) -> dict[str, float]:
    """Return the CPU, ours and Redis's, to fetch what a process could have kept."""
    stack = after.stack
    assert stack is not None
    client = redis.Redis.from_url(stack.env["REDIS_URL"])
    client.set("scale:charts", "x" * CHARTS_BYTES)
    server = psutil.Process(stack["redis"].pid)

    def spent() -> float:
        times = server.cpu_times()
        return time.process_time() + times.user + times.system

    for _ in range(100):
        client.get("scale:charts")
    before = spent()
    for _ in range(GETS):
        client.get("scale:charts")
    milliseconds = 1000 * (spent() - before) / GETS
    client.delete("scale:charts")
    client.close()
    return {"get_ms": _rounded(milliseconds)}


def _milliseconds(connection: psycopg.Connection, query: Any, times: int) -> float:
    for _ in range(10):
        connection.execute(query).fetchall()
    before = site.backend_seconds(connection)
    for _ in range(times):
        connection.execute(query).fetchall()
    return 1000 * max(site.backend_seconds(connection) - before, 0.01) / times


def _rounded(milliseconds: float) -> float:
    return round(milliseconds, 1 if milliseconds >= 10 else 2)


def say(text: str) -> None:
    """Tell who waits what goes on."""
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
