"""Peers: the processes where a remote module runs, and how to ask them."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from kernel.operations.requests import HEADER, request_id
from kernel.outbox.delivery import TryLater

from . import signatures

EXTENSION = "remote"
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}
CONNECT_TIMEOUT = 0.5  # seconds
ANSWER_TIMEOUT = 3.0  # seconds
FRESH = 1.0  # seconds; how long one believes that a peer answers, or does not
AFTER_FAILURE = 5.0  # seconds; how long one goes without a peer that failed a call
AWAY = (502, 503, 504)


class RemoteModuleUnavailable(ServiceUnavailable, TryLater):
    """A remote module does not answer.

    A page answers 503, or does without the module; an event is tried again later,
    which does not count as a failure.
    """

    description = "A part of the site does not answer. Try again in a few seconds."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class RemoteCallError(Exception):
    """A remote module answered that it can't do what it was asked for: a mistake."""


class Peer:
    """The processes at a URL.

    A connection is opened for each call: one that is kept may be closed by the other
    side at the very moment of the next call, and who knows then whether it was made.
    """

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._key = key
        parts = urlsplit(url)
        self._make = CONNECTIONS[parts.scheme]
        self._host, self._root = parts.netloc, parts.path
        self._answers = True
        self._look_again = 0.0

    @property
    def answers(self) -> bool:
        """Whether it does, as of a second ago."""
        if time.monotonic() > self._look_again:
            self._look_again = time.monotonic() + FRESH  # one thread looks, not all
            try:
                self._answers = self._send("GET", "/healthz", b"")[0] == 200
            except (OSError, HTTPException):
                self._answers = False
        return self._answers

    def ask(self, path: str, body: bytes) -> bytes:
        """Send a signed POST, and return the body of the answer.

        :raises RemoteModuleUnavailable: when there is none in time.
        :raises RemoteCallError: when the answer is an error.
        """
        if not self.answers:
            raise RemoteModuleUnavailable(f"{self.url} does not answer")
        try:
            status, answer = self._send("POST", path, body)
        except (OSError, HTTPException) as error:
            raise self._failed(f"{self.url}{path}: {error!r}") from error
        if status in AWAY:
            raise self._failed(f"{self.url}{path} answered {status}")
        if status != 200:
            raise RemoteCallError(f"{self.url}{path} answered {status}. See its log.")
        return answer

    def _failed(self, reason: str) -> RemoteModuleUnavailable:
        self._answers = False
        self._look_again = time.monotonic() + AFTER_FAILURE
        current_app.logger.warning("Remote: %s", reason)
        return RemoteModuleUnavailable(reason)

    def _send(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = self._make(self._host, timeout=CONNECT_TIMEOUT)
        try:
            connection.connect()
            connection.sock.settimeout(ANSWER_TIMEOUT)
            connection.request(
                method,
                self._root + path,
                body,
                {
                    "Connection": "close",
                    "Content-Type": "application/json",
                    signatures.HEADER: signatures.sign(self._key, path, body),
                    HEADER: request_id() or "",
                },
            )
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def peer(module: str) -> Peer:
    """Return where a remote module runs."""
    found: Peer = current_app.extensions[EXTENSION][module]
    return found
