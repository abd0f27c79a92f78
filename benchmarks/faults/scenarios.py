"""The scenarios: what is killed, how often, and with which result."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from .customers import Customers
from .environment import Environment
from .ledger import UNFINISHED, Ledger, count_emails

LISTENERS = ("record", "record_in_order")
RATE = 12  # orders per second
BASELINE_RATE = 40  # it has one listener, not three
DRAIN_TIMEOUT = 600  # seconds
QUIET_PERIOD = 10  # seconds
LIFETIME = (0.3, 1.0)  # seconds from start to SIGKILL
CELERY_LIFETIME = (2.0, 4.0)  # it takes longer to start

# The claims of a killed process time out after this time.
SETTINGS = {
    "thread": {"EVENTS_ENGINE": "thread", "EVENTS_STALE_AFTER": "1"},
    "worker": {"EVENTS_ENGINE": "worker", "EVENTS_STALE_AFTER": "1"},
    "celery": {"EVENTS_ENGINE": "celery", "EVENTS_STALE_AFTER": "3"},
}

Result = dict[str, Any]


def killed_processes(
    folder: Path, seconds: float, *, engine: str, database: str
) -> Result:
    """Kill the processes that deliver; with the engine ``thread`` they also serve."""
    environment = Environment(
        folder,
        database=database,
        with_redis=engine == "celery",
        settings=SETTINGS[engine],
    )
    with environment:
        killing = {"seconds": seconds, "lifetime": LIFETIME}
        url = environment.serve(count=2, **(killing if engine == "thread" else {}))
        if engine == "worker":
            environment.work(
                "worker", count=2 if environment.postgres else 3, **killing
            )
        if engine == "celery":
            environment.work(
                "celery", count=2, seconds=seconds, lifetime=CELERY_LIFETIME
            )
        with Customers(url, RATE) as customers:
            kills = environment.wait_for_kills()
        return {"kills": kills, **_settle(environment, customers, url, seconds)}


def killed_broker(folder: Path, seconds: float) -> Result:
    """Kill Redis, which loses all its data, and start it again."""
    environment = Environment(
        folder, database="postgresql", with_redis=True, settings=SETTINGS["celery"]
    )
    with environment:
        url = environment.serve(count=2)
        environment.work("celery", count=2)
        assert environment.redis
        with Customers(url, RATE) as customers:
            kills = _kill(environment.redis.process, seconds, (1.0, 2.5))
        return {"kills": kills, **_settle(environment, customers, url, seconds)}


def killed_database(folder: Path, seconds: float) -> Result:
    """Kill PostgreSQL with all its processes, and start it again."""
    environment = Environment(
        folder, database="postgresql", settings=SETTINGS["thread"]
    )
    with environment:
        url = environment.serve(count=2)
        assert environment.postgres
        with Customers(url, RATE) as customers:
            kills = _kill(environment.postgres.process, seconds, (1.0, 2.5))
        return {"kills": kills, **_settle(environment, customers, url, seconds)}


def failing_listener(folder: Path, seconds: float) -> Result:
    """Let one module's listener fail for a while."""
    return _fault(folder, seconds, "failing", [{"count": 2}])


def slow_listener(folder: Path, seconds: float) -> Result:
    """Let one module's listener be slower than the workers can keep up with."""
    return _fault(folder, seconds, "slow", [{"count": 2}])


def slow_listener_isolated(folder: Path, seconds: float) -> Result:
    """Let it be as slow, with a worker of its own."""
    workers = [{"count": 1, "only": "receipts"}, {"count": 1, "but": "receipts"}]
    return _fault(folder, seconds, "slow", workers)


def baseline(folder: Path, seconds: float) -> Result:
    """Commit, then `.delay()`; the same processes are killed as with the outbox."""
    environment = Environment(
        folder, database="postgresql", app="baseline", with_redis=True, settings={}
    )
    with environment:
        killing = {"seconds": seconds, "lifetime": CELERY_LIFETIME}
        url = environment.serve(count=2, **killing)
        environment.work("celery", count=2, **killing)
        assert environment.redis
        with Customers(url, BASELINE_RATE) as customers:
            kills = environment.wait_for_kills()
        drained = _wait_until_quiet(Ledger(environment.database_url))
        counted = Ledger(environment.database_url).count(
            customers.acknowledged, "record"
        )
        return {
            "kills": kills,
            "requests": _requests(customers),
            **counted,
            "held_back": _held_back(environment.env["CELERY_BROKER_URL"]),
            "drain_ratio": round(drained / seconds, 3),
        }


def _fault(
    folder: Path, seconds: float, kind: str, workers: list[dict[str, Any]]
) -> Result:
    environment = Environment(
        folder, database="postgresql", settings=SETTINGS["worker"]
    )
    with environment:
        url = environment.serve(count=2)
        for options in workers:
            environment.work("worker", **options)
        ledger = Ledger(environment.database_url)
        with Customers(url, RATE / 2) as customers:
            time.sleep(2)
            start = _now()
            time.sleep(seconds / 2)
            environment.fault(kind, is_on=True)
            begin = _now()
            time.sleep(seconds)
            end = _now()
            environment.fault(kind, is_on=False)
        settled = _settle(environment, customers, url, seconds)
        before = ledger.delay("record", start, begin)
        during = ledger.delay("record", begin, end)
        return {
            "kills": 0,
            **settled,
            "delay_of_others_ratio": round(during / before, 2),
        }


def _kill(process: Any, seconds: float, lifetime: tuple[float, float]) -> int:
    kills = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(random.uniform(*lifetime))
        process.kill()
        kills += 1
        time.sleep(random.uniform(0, 0.5))
        process.start()
    return kills


def _settle(
    environment: Environment, customers: Customers, url: str, seconds: float
) -> Result:
    """Wait until every event is delivered or dead-lettered, and count."""
    ledger = Ledger(environment.database_url)
    started = time.monotonic()
    while any(ledger.states()[state] for state in UNFINISHED):
        if time.monotonic() - started > DRAIN_TIMEOUT:
            break
        Customers.visit(url)  # the engine may run in the processes that serve
        time.sleep(0.1)
    drained = time.monotonic() - started
    counted = ledger.count(customers.acknowledged, *LISTENERS)
    states = ledger.states()
    return {
        "requests": _requests(customers),
        **counted,
        "published": states.total(),
        "undelivered": states.total() - states["COMPLETED"],
        "emails": count_emails(environment.emails, counted["committed"]),
        "drain_ratio": round(drained / seconds, 3),
    }


def _held_back(broker: str) -> int:
    """Return the messages that killed workers hold, for an hour by default."""
    with Redis.from_url(broker) as redis:
        return int(redis.hlen("unacked"))


def _wait_until_quiet(ledger: Ledger) -> float:
    """Wait until no entry is added for a while; return when the last one was."""
    started = last = time.monotonic()
    seen = -1
    while time.monotonic() - last < QUIET_PERIOD:
        ((count,),) = ledger.rows("SELECT count(*) FROM ledger_entry")
        if count != seen:
            seen, last = count, time.monotonic()
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
