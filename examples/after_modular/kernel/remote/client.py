"""The client of a remote module: one signed HTTP request per call."""

from __future__ import annotations

import time
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPSConnection,
    IncompleteRead,
)
from socket import SHUT_RDWR
from threading import Timer
from urllib.parse import urlsplit

from flask import current_app, g
from werkzeug.exceptions import ServiceUnavailable

from kernel.deliveries.delivery import TryLater

from . import signatures

CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}
CONNECT_TIMEOUT = 0.5  # seconds
CALL_TIMEOUT = 3.0  # seconds, for the whole response
HEALTH_TTL = 1.0  # seconds until the health is checked again
FAILURE_TTL = 5.0  # seconds without calls after one has failed
MAX_RESPONSE = 8 * 1024 * 1024  # bytes
UNAVAILABLE = (502, 503, 504)


class RemoteModuleUnavailable(ServiceUnavailable, TryLater):
    """A remote module does not respond.

    A page does without the module or answers 503; a delivery is retried later, which
    does not count as a failure.

    :param module: the name of the remote module.
    """

    description = "This feature is temporarily unavailable. Try again in a few seconds."

    def __init__(self, module: str, reason: str) -> None:
        super().__init__()
        self.module = module
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.module}: {self.reason}"


class RemoteCallError(Exception):
    """A remote module refused a call, failed, or sent an invalid response."""

    def __init__(self, module: str, reason: str) -> None:
        super().__init__(f"{module}: {reason}")
        self.module = module


class RemoteModuleClient:
    """Calls the processes at a URL.

    It opens a connection for each call: a connection that is kept may be closed by the
    other side at the very moment of a call, and then nobody knows whether it was made.

    :param module: the name of the module that runs there.
    :param key: the secret that signs the calls.
    """

    def __init__(self, module: str, url: str, key: str) -> None:
        self.module = module
        self.url = url
        self._key = key
        parts = urlsplit(url)
        self._make_connection = CONNECTIONS[parts.scheme]
        self._host, self._root = parts.netloc, parts.path
        self._is_healthy = True
        self._check_at = 0.0

    @property
    def is_healthy(self) -> bool:
        """Whether the processes respond, as of a second ago."""
        if time.monotonic() > self._check_at:
            self._check_at = time.monotonic() + HEALTH_TTL  # one thread checks, not all
            try:
                self._is_healthy = self._send("GET", "/healthz", b"")[0] == 200
            except (OSError, HTTPException):
                self._is_healthy = False
        return self._is_healthy

    def call(self, path: str, body: bytes) -> bytes:
        """Send a signed POST, and return the body of the response.

        :raises RemoteModuleUnavailable: when there is none in time.
        :raises RemoteCallError: when its status is not 200, or it is too large.
        """
        if not self.is_healthy:
            raise RemoteModuleUnavailable(self.module, f"{self.url} does not respond")
        try:
            status, response = self._send("POST", path, body)
        except (OSError, HTTPException) as error:
            raise self._unavailable(f"{self.url}{path}: {error!r}") from error
        if status in UNAVAILABLE:
            raise self._unavailable(f"{self.url}{path} answered {status}")
        if status != 200:
            reason = f"{self.url}{path} answered {status}. See its log."
            raise RemoteCallError(self.module, reason)
        if len(response) > MAX_RESPONSE:
            reason = f"{self.url}{path} answered with more than {MAX_RESPONSE} bytes"
            raise RemoteCallError(self.module, reason)
        return response

    def _unavailable(self, reason: str) -> RemoteModuleUnavailable:
        self._is_healthy = False
        self._check_at = time.monotonic() + FAILURE_TTL
        current_app.logger.warning("The remote module %s: %s", self.module, reason)
        return RemoteModuleUnavailable(self.module, reason)

    def _send(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the first ``MAX_RESPONSE`` bytes, and one more."""
        connection = self._make_connection(self._host, timeout=CONNECT_TIMEOUT)
        connection.connect()
        # A socket's timeout starts again with each byte; this one is for the whole.
        deadline = time.monotonic() + CALL_TIMEOUT
        connection.sock.settimeout(CALL_TIMEOUT)
        timer = Timer(CALL_TIMEOUT, connection.sock.shutdown, [SHUT_RDWR])
        timer.start()
        try:
            headers = {
                "Connection": "close",
                "Content-Type": "application/json",
                signatures.HEADER: signatures.sign(self._key, path, body),
                "X-Request-ID": g.get("request_id") or "",
            }
            connection.request(method, self._root + path, body, headers)
            response = connection.getresponse()
            length = response.length  # None if the response does not declare it
            content = response.read(MAX_RESPONSE + 1)
        finally:
            timer.cancel()
            connection.close()
        if time.monotonic() > deadline:
            raise TimeoutError(f"no complete response within {CALL_TIMEOUT} seconds")
        if length is not None and len(content) < min(length, MAX_RESPONSE):
            raise IncompleteRead(content)
        return response.status, content
