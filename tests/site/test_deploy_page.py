"""The arithmetic of database connections on the page about deployment."""

from __future__ import annotations

import re

from .conftest import DOCS, ROOT

KUBERNETES = ROOT / "examples/after_modular/deploy/kubernetes"
MAX_CONNECTIONS, RESERVED = 100, 3  # the defaults of PostgreSQL
PER_PROCESS = 10  # DATABASE_POOL_SIZE + DATABASE_MAX_OVERFLOW


def numbers(name: str) -> list[int]:
    """Return the values of a key in all manifests."""
    manifests = "".join(file.read_text("utf-8") for file in KUBERNETES.glob("*.yaml"))
    return [int(found) for found in re.findall(rf"{name}: (\d+)", manifests)]


def test_the_pods_of_a_rollout_stay_below_the_limit() -> None:
    pods = sum(numbers("maxReplicas")) + sum(numbers("replicas"))
    surge = sum(numbers("maxSurge"))
    assert (pods + surge) * PER_PROCESS <= MAX_CONNECTIONS - RESERVED


def test_the_page_names_the_limit() -> None:
    (limit,) = numbers("maxReplicas")
    assert limit == 5
    assert "stops at five pods" in (DOCS / "how-to/deploy.rst").read_text("utf-8")
