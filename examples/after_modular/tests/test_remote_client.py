"""The client of a remote module: what it makes of each kind of response."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from kernel import (
    db,
)
from kernel.remote import client
from kernel.remote.client import (
    RemoteCallError,
    RemoteModuleClient,
    RemoteModuleUnavailable,
)

from .kernel.shop import make_app
from .peer import Peer, respond

BODY = b'{"user_id": 7}'
PATH = "/internal/api/billing/service/plan_of"
KEY = "secret"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the outbox, in whose context the test runs."""
    app = make_app(f"sqlite:///{tmp_path / 'shop.db'}", EVENTS_ENGINE="worker")
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    """Return a function that starts a server."""
    peers: list[Peer] = []

    def start(answer: bytes | Callable[[socket.socket], None]) -> Peer:
        peers.append(Peer(answer))
        return peers[-1]

    yield start
    for each in peers:
        each.close()


def call(peer: Peer) -> bytes:
    return RemoteModuleClient("billing", peer.url, KEY).call(PATH, BODY)


def test_a_call_returns_the_body(app: Flask, peer: Callable[..., Peer]) -> None:
    assert call(peer(respond(b"14"))) == b"14"


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (respond(b"", "503 Service Unavailable"), RemoteModuleUnavailable),
        (b"", RemoteModuleUnavailable),
        (b"garbage\r\n\r\n", RemoteModuleUnavailable),
        (respond(b"14")[:-1], RemoteModuleUnavailable),
        (respond(b"", "500 Internal Server Error"), RemoteCallError),
        (respond(b"", "400 Bad Request"), RemoteCallError),
        (respond(b"", "302 Found", "Location: http://127.0.0.1:1/"), RemoteCallError),
    ],
)
def test_a_response_without_a_result_is_an_error(
    app: Flask, peer: Callable[..., Peer], response: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(peer(response))


def test_the_size_of_a_response_is_limited(
    app: Flask, peer: Callable[..., Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_RESPONSE", 100)
    assert call(peer(respond(b"1" * 100))) == b"1" * 100
    with pytest.raises(RemoteCallError, match="more than 100 bytes"):
        call(peer(respond(b"1" * 101)))


@pytest.mark.parametrize("start", [b"", respond(b"1" * 1000)[:-1000]])
def test_the_time_of_a_whole_call_is_limited(
    app: Flask,
    peer: Callable[..., Peer],
    monkeypatch: pytest.MonkeyPatch,
    start: bytes,
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(100):
            try:
                connection.sendall(b"1")
            except OSError:
                return
            time.sleep(0.05)

    monkeypatch.setattr(client, "CALL_TIMEOUT", 0.3)
    began = time.monotonic()
    with pytest.raises(RemoteModuleUnavailable):
        call(peer(drip))
    assert time.monotonic() - began < 2


def test_a_module_that_failed_is_not_called_for_a_while(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def refuse(*args: object) -> None:
        attempts.append(args)
        raise ConnectionRefusedError

    billing = RemoteModuleClient("billing", "http://127.0.0.1:1", KEY)
    monkeypatch.setattr(billing, "_send", refuse)
    for _ in range(3):
        with pytest.raises(RemoteModuleUnavailable):
            billing.call(PATH, BODY)
    assert len(attempts) == 1
    monkeypatch.setattr(billing, "_check_at", 0.0)
    monkeypatch.setattr(billing, "_send", lambda *args: (200, b"1"))
    assert billing.call(PATH, BODY) == b"1"
