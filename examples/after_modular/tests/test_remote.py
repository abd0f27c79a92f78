"""Remote modules: calls over HTTP, forwarded events, and what fails."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from flask import Flask, abort, g

import kernel
from config import Settings
from kernel import (
    ExtensionPoint,
    Kernel,
    Module,
    ModuleError,
    StartupError,
    db,
    has_module,
    listens,
    publish,
    remote,
    utcnow,
)
from kernel.dispatchers import celery as celery_dispatcher
from kernel.outbox import delivery
from kernel.outbox.delivery import TryLater, deliver_due, delivering
from kernel.outbox.models import State, table
from kernel.remote import calls, client, forwarding, inbox, signatures
from kernel.remote.calls import Call, InvalidMessage
from kernel.remote.client import (
    RemoteCallError,
    RemoteModuleClient,
    RemoteModuleUnavailable,
)
from kernel.remote.module import RemoteModule

from .shop import LEDGER, ThingSold, make_app, subscribe

BODY = b'{"user_id": 7}'
PATH = "/internal/api/billing/service/plan_of"
KEY = "secret"


# --- Messages ---------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    """An argument and a part of a result."""

    sender: int | None
    sent_on: date


def send(parcel: Parcel, to: Iterable[str], *, size: int = 1) -> dict[date, Parcel]:
    """Send parcels."""
    assert [*to] == ["ada", "ben"]
    assert size == 2
    return {parcel.sent_on: parcel}


def double(number: int) -> int:
    """Return twice a number."""
    return 2 * number


class Facts(Protocol):
    """An extension point."""

    def facts(self, user_id: int) -> Mapping[str, object]:
        """Return any JSON values."""


def test_arguments_and_results_keep_their_types() -> None:
    call = Call(send)
    parcel = Parcel(None, date(2026, 1, 31))
    sent = call.write(parcel, (name for name in ("ada", "ben")), size=2)
    assert call.read(call.run(send, sent)) == {parcel.sent_on: parcel}


def test_types_without_a_json_form_are_refused_by_name() -> None:
    def guess(anything) -> int:  # type: ignore[no-untyped-def]
        return 1

    def repeat(function: Callable[[], int]) -> int:
        return function()

    with pytest.raises(ModuleError, match=r"guess\(\).*anything.*no annotation"):
        Call(guess)
    with pytest.raises(ModuleError, match=r"repeat\(\).*@published\(local=True\)"):
        Call(repeat)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"<html>",
        b"[]",
        b"7",
        b"[" * 100_000,
        b"\xff",
        b"{}",
        b'{"number": 1, "other": 2}',
        b'{"number": "7"}',
        b'{"number": null}',
        b'{"number": 1.5}',
        b'{"number": true}',
    ],
)
def test_invalid_arguments_are_refused(message: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Call(double).run(double, message)


@pytest.mark.parametrize("message", [b"", b"<html>", b'"14"', b"null", b"[14]"])
def test_invalid_results_are_refused(message: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Call(double).read(message)


def test_an_error_of_the_implementation_is_not_the_callers() -> None:
    def fail(number: int) -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken") as error:
        Call(double).run(fail, b'{"number": 1}')
    assert not isinstance(error.value, InvalidMessage)


def test_the_functions_of_an_extension_point_can_be_called() -> None:
    call = calls.contribution_calls(Facts)["facts"]
    facts = {"plan": "pro", "invoices": [{"amount": 5}]}
    message = call.run(lambda user_id: facts, call.write(7))
    assert call.read(message) == facts


# --- Signatures ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "path", "body", "valid"),
    [
        (KEY, PATH, BODY, True),
        ("another", PATH, BODY, False),
        (KEY, "/internal/events", BODY, False),
        (KEY, PATH, b'{"user_id": 8}', False),
    ],
)
def test_a_signature_is_for_one_call(
    key: str, path: str, body: bytes, valid: bool
) -> None:
    signature = signatures.sign(KEY, PATH, BODY)
    assert signatures.is_valid(key, path, body, signature) is valid
    assert not signatures.is_valid(key, path, body, signature + "x")


def test_a_signature_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signatures.sign(KEY, PATH, BODY)
    monkeypatch.setattr(signatures, "TOLERANCE", timedelta(seconds=-1))
    assert not signatures.is_valid(KEY, PATH, BODY, signature)


# --- The client ---------------------------------------------------------------


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the outbox, in whose context the test runs."""
    app = make_app(f"sqlite:///{tmp_path / 'shop.db'}", EVENTS_ENGINE="worker")
    with app.app_context():
        yield app
        db.engine.dispose()


class Peer:
    """A server that answers every request with the same bytes, or by a function."""

    def __init__(self, answer: bytes | Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.paths: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(
                target=self._respond, args=[connection], daemon=True
            ).start()

    def _respond(self, connection: socket.socket) -> None:
        with connection:
            path = connection.recv(65536).split()[1].decode()
            self.paths.append(path)
            if path == "/healthz":
                connection.sendall(respond(b"ok"))
            elif isinstance(self._answer, bytes):
                connection.sendall(self._answer)
            else:
                self._answer(connection)


def respond(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


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


# --- An app with a remote module ----------------------------------------------

MODULES = {
    "parcels": {
        "__init__.py": '''
from kernel import Module
module = Module(import_name=__name__, title="Parcels", summary="Sends parcels.")
''',
        "api.py": '''
from kernel import published

@published
def count(user_id: int) -> int:
    """Return a number."""

@published(local=True)
def parcels_url(user_id: int) -> str:
    """Return a path."""
''',
        "service.py": '''
def count(user_id: int) -> int:
    return user_id * 2

def parcels_url(user_id: int) -> str:
    return f"/parcels/{user_id}"
''',
        "models.py": '''
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from kernel import module_registry, module_session

session = module_session("parcels")

class Base(DeclarativeBase):
    registry = module_registry()

class Parcel(Base):
    __tablename__ = "parcels_parcel"
    id: Mapped[int] = mapped_column(primary_key=True)
''',
        "facts.py": '''
def facts(user_id):
    return {"parcels": user_id}
''',
        "view.py": '''
import sqlalchemy as sa
from flask import Blueprint
from .models import Parcel, session

blueprint = Blueprint("parcels", __name__)

@blueprint.get("/")
def page():
    return "parcels"
''',
    },
    "home": {
        "__init__.py": '''
from kernel import Module
module = Module(
    import_name=__name__, title="Home", summary="Shows parcels.", uses=("parcels",)
)
''',
        "view.py": '''
import sqlalchemy as sa
from flask import Blueprint
from kernel import has_module

blueprint = Blueprint("home", __name__)

@blueprint.get("/")
def page():
    if not has_module("parcels"):
        return "no parcels"
    from PACKAGE.parcels import api
    return f"{api.count(7)} parcels at {api.parcels_url(7)}"

@blueprint.post("/")
def change():
    from PACKAGE.parcels import api
    return str(api.count(7))

@blueprint.get("/stale")
def stale():
    from PACKAGE.parcels.models import Parcel, session
    return str(session.scalar(sa.select(Parcel.id)))
''',
    },
}
FACTS = ExtensionPoint("facts", Facts)


@pytest.fixture
def make_remote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an app with the two modules above."""
    package = tmp_path.name.replace("-", "_")
    for module, files in MODULES.items():
        folder = tmp_path / "modules" / module
        folder.mkdir(parents=True)
        for name, source in files.items():
            (folder / name).write_text(source.replace("PACKAGE", "modules"))
    (tmp_path / "modules" / "__init__.py").touch()
    assert package
    apps: list[Flask] = []

    def make(**config: Any) -> Flask:
        environment = {
            "APP_ENV": "testing",
            "SECRET_KEY": KEY,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
            "EVENTS_ENGINE": "worker",
            **config,
        }

        def make_app() -> Flask:
            app = Flask(__name__, root_path=str(tmp_path))
            app.config.from_object(Settings.load(environment))
            kernel.init_app(app, environment)
            Kernel.of(app).extension_points.append(FACTS)
            remote.init_app(app)
            kernel.dispatchers.init_app(app)
            kernel.outbox.init_app(app)
            return app

        apps.append(kernel.load_modules(make_app))
        return apps[-1]

    with monkeypatch.context() as patch, own_modules(tmp_path):
        patch.syspath_prepend(str(tmp_path))
        yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()
