"""Requests at the same moment, each in a thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def at_once(actions: list[Callable[[], T]]) -> list[T]:
    """Do all of these at the same moment, each in a thread; return their results."""
    ready = Barrier(len(actions))

    def do(action: Callable[[], T]) -> T:
        ready.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(do, actions))
