"""Customers: threads that place orders, and record which ones were acknowledged."""

from __future__ import annotations

import itertools
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

THREADS = 4
TIMEOUT = 10  # seconds


class Customers:
    """Place orders until the ``with`` block ends.

    :param url: the address of the shop.
    :param rate: orders per second, of all customers together.
    """

    def __init__(self, url: str, rate: float) -> None:
        self._url = url
        self._pause = THREADS / rate
        self._numbers: Iterator[int] = itertools.count(1)
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._order) for _ in range(THREADS)]
        self.acknowledged: list[int] = []
        self.failed: list[int] = []

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _order(self) -> None:
        due = time.monotonic()
        while not self._ends.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._pause, time.monotonic() - 1)
            number = next(self._numbers)
            results = self.acknowledged if self._place(number) else self.failed
            results.append(number)

    def _place(self, number: int) -> bool:
        """Place an order without a retry, so that each is placed once or never."""
        request = urllib.request.Request(f"{self._url}orders/{number}", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return response.status == 201
        except (urllib.error.URLError, HTTPException, OSError):
            return False

    @staticmethod
    def visit(url: str) -> None:
        """Request a page: an engine may need requests to start."""
        with suppress(urllib.error.URLError, HTTPException, OSError):
            urllib.request.urlopen(url, timeout=TIMEOUT).close()
