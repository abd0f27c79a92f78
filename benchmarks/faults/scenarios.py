"""The scenarios: what is killed, how often, and what came of it."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from .account import UNFINISHED, Books, count_mails
from .customers import Customers
from .ground import Ground

LISTENERS = ("write_down", "write_in_order")
RATE = 12  # orders a second
NAIVE_RATE = 40  # it has one listener, not three
LONGEST_DRAIN = 600  # seconds
SILENCE = 10  # seconds
OFTEN = (0.3, 1.0)  # seconds that a process lives
CELERY_LIFE = (2.0, 4.0)  # it takes longer to start

# What was claimed by a dead process is free again after this time.
SETTINGS = {
    "thread": {"EVENTS_ENGINE": "thread", "EVENTS_STALE_AFTER": "1"},
    "worker": {"EVENTS_ENGINE": "worker", "EVENTS_STALE_AFTER": "1"},
    "celery": {"EVENTS_ENGINE": "celery", "EVENTS_STALE_AFTER": "3"},
}

Result = dict[str, Any]


def killed_processes(
    folder: Path, seconds: float, *, engine: str, database: str
) -> Result:
    """Kill those who deliver; with the engine ``thread`` these are those who serve."""
    ground = Ground(
        folder,
        database=database,
        with_redis=engine == "celery",
        settings=SETTINGS[engine],
    )
    with ground:
        often = {"seconds": seconds, "between": OFTEN}
        url = ground.serve(count=2, **(often if engine == "thread" else {}))
        if engine == "worker":
            ground.work("worker", count=2 if ground.postgres else 3, **often)
        if engine == "celery":
            ground.work("celery", count=2, seconds=seconds, between=CELERY_LIFE)
        with Customers(url, RATE) as customers:
            kills = ground.wait_for_the_last_kill()
        return {"kills": kills, **_settle(ground, customers, url, seconds)}


def killed_broker(folder: Path, seconds: float) -> Result:
    """Kill Redis, which forgets everything, and start it again."""
    ground = Ground(
        folder, database="postgresql", with_redis=True, settings=SETTINGS["celery"]
    )
    with ground:
        url = ground.serve(count=2)
        ground.work("celery", count=2)
        assert ground.redis
        with Customers(url, RATE) as customers:
            kills = _kill(ground.redis.process, seconds, (1.0, 2.5))
        return {"kills": kills, **_settle(ground, customers, url, seconds)}


def killed_database(folder: Path, seconds: float) -> Result:
    """Kill PostgreSQL with all its processes, and start it again."""
    ground = Ground(folder, database="postgresql", settings=SETTINGS["thread"])
    with ground:
        url = ground.serve(count=2)
        assert ground.postgres
        with Customers(url, RATE) as customers:
            kills = _kill(ground.postgres.process, seconds, (1.0, 2.5))
        return {"kills": kills, **_settle(ground, customers, url, seconds)}


def failing_listener(folder: Path, seconds: float) -> Result:
    """Let one module's listener fail for a while."""
    return _trouble(folder, seconds, "failing", [{"count": 2}])


def slow_listener(folder: Path, seconds: float) -> Result:
    """Let one module's listener take its time: more than the workers have."""
    return _trouble(folder, seconds, "slow", [{"count": 2}])


def slow_listener_apart(folder: Path, seconds: float) -> Result:
    """Let it be as slow, with a worker of its own."""
    workers = [{"count": 1, "only": "post"}, {"count": 1, "but": "post"}]
    return _trouble(folder, seconds, "slow", workers)


def naive_way(folder: Path, seconds: float) -> Result:
    """Commit, then `.delay()`; the same processes are killed as with the outbox."""
    ground = Ground(
        folder, database="postgresql", app="naive", with_redis=True, settings={}
    )
    with ground:
        killing = {"seconds": seconds, "between": CELERY_LIFE}
        url = ground.serve(count=2, **killing)
        ground.work("celery", count=2, **killing)
        assert ground.redis
        with Customers(url, NAIVE_RATE) as customers:
            kills = ground.wait_for_the_last_kill()
        drained = _wait_for_silence(Books(ground.database_url))
        counted = Books(ground.database_url).count(customers.acknowledged, "write_down")
        return {
            "kills": kills,
            "requests": _requests(customers),
            **counted,
            "held_back": _held_back(ground.env["CELERY_BROKER_URL"]),
            "drain_ratio": round(drained / seconds, 3),
        }


def _trouble(
    folder: Path, seconds: float, kind: str, workers: list[dict[str, Any]]
) -> Result:
    ground = Ground(folder, database="postgresql", settings=SETTINGS["worker"])
    with ground:
        url = ground.serve(count=2)
        for options in workers:
            ground.work("worker", **options)
        books = Books(ground.database_url)
        with Customers(url, RATE / 2) as customers:
            time.sleep(2)
            start = _now()
            time.sleep(seconds / 2)
            ground.trouble(kind, is_on=True)
            trouble = _now()
            time.sleep(seconds)
            end = _now()
            ground.trouble(kind, is_on=False)
        settled = _settle(ground, customers, url, seconds)
        well = books.delay("write_down", start, trouble)
        ill = books.delay("write_down", trouble, end)
        return {"kills": 0, **settled, "delay_of_others_ratio": round(ill / well, 2)}


def _kill(process: Any, seconds: float, life: tuple[float, float]) -> int:
    kills = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(random.uniform(*life))
        process.kill()
        kills += 1
        time.sleep(random.uniform(0, 0.5))
        process.start()
    return kills


def _settle(ground: Ground, customers: Customers, url: str, seconds: float) -> Result:
    """Wait until all is delivered or given up, and count."""
    books = Books(ground.database_url)
    started = time.monotonic()
    while any(books.states()[state] for state in UNFINISHED):
        if time.monotonic() - started > LONGEST_DRAIN:
            break
        Customers.look(url)  # an engine may live in the processes that serve
        time.sleep(0.1)
    drained = time.monotonic() - started
    counted = books.count(customers.acknowledged, *LISTENERS)
    states = books.states()
    return {
        "requests": _requests(customers),
        **counted,
        "published": states.total(),
        "undelivered": states.total() - states["COMPLETED"],
        "mails": count_mails(ground.mails, counted["committed"]),
        "drain_ratio": round(drained / seconds, 3),
    }


def _held_back(broker: str) -> int:
    """Return how many messages a dead worker holds, for an hour by default."""
    with Redis.from_url(broker) as redis:
        return int(redis.hlen("unacked"))


def _wait_for_silence(books: Books) -> float:
    """Wait until no entry has come for a while; return when the last one came."""
    started = last = time.monotonic()
    seen = -1
    while time.monotonic() - last < SILENCE:
        ((now_there,),) = books.rows("SELECT count(*) FROM books_entry")
        if now_there != seen:
            seen, last = now_there, time.monotonic()
        time.sleep(0.2)
    return last - started


def _requests(customers: Customers) -> dict[str, int]:
    acknowledged, failed = len(customers.acknowledged), len(customers.failed)
    return {
        "sent": acknowledged + failed,
        "acknowledged": acknowledged,
        "failed": failed,
    }


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat()
