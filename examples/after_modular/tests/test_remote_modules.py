"""An app with a remote module: its pages, its tables, and what other apps may call."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from flask import Flask, g
from werkzeug.serving import make_server

import kernel
from config import Settings
from kernel import (
    ExtensionPoint,
    Kernel,
    ModuleError,
    StartupError,
    db,
    deliveries,
    dispatchers,
    has_module,
    outbox,
    remote,
)
from kernel.remote import signatures

from .peer import Peer, respond

KEY = "secret"


class Facts(Protocol):
    """An extension point."""

    def facts(self, user_id: int) -> Mapping[str, object]:
        """Return any JSON values."""


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


MODULES = {
    "parcels": {
        "__init__.py": """
from kernel import Module
module = Module(import_name=__name__, title="Parcels", summary="Sends parcels.")
""",
        "api.py": '''
from kernel import published

@published
def count(user_id: int) -> int:
    """Return a number."""

@published(local=True)
def parcels_url(user_id: int) -> str:
    """Return a path."""
''',
        "service.py": """
def count(user_id: int) -> int:
    return user_id * 2

def parcels_url(user_id: int) -> str:
    return f"/parcels/{user_id}"
""",
        "models.py": """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from kernel import module_registry, module_session

session = module_session("parcels")

class Base(DeclarativeBase):
    registry = module_registry()

class Parcel(Base):
    __tablename__ = "parcels_parcel"
    id: Mapped[int] = mapped_column(primary_key=True)
""",
        "facts.py": """
def facts(user_id):
    return {"parcels": user_id}
""",
        "views.py": """
def views():
    return []
""",
        "demo.py": """
def load(chunks):
    raise AssertionError("not in this process")
""",
        "view.py": """
from flask import Blueprint

blueprint = Blueprint("parcels", __name__)

@blueprint.get("/")
def page():
    return "parcels"
""",
    },
    "home": {
        "__init__.py": """
from kernel import Module
module = Module(
    import_name=__name__, title="Home", summary="Shows parcels.", uses=("parcels",)
)
""",
        "view.py": """
import sqlalchemy as sa
from flask import Blueprint
from kernel import has_module

blueprint = Blueprint("home", __name__)

@blueprint.get("/")
def page():
    if not has_module("parcels"):
        return "no parcels"
    from modules.parcels import api
    return f"{api.count(7)} parcels at {api.parcels_url(7)}"

@blueprint.post("/")
def change():
    from modules.parcels import api
    return str(api.count(7))

@blueprint.get("/stale")
def stale():
    from modules.parcels.models import Parcel, session
    return str(session.scalar(sa.select(Parcel.id)))
""",
    },
}


class Views(Protocol):
    """An extension point with values that have no form in JSON."""

    def views(self) -> Sequence[threading.Thread]:
        """Return views."""


class Demo(Protocol):
    """An extension point that changes data."""

    def load(self, chunks: Iterable[list[int]]) -> None:
        """Add data."""


FACTS = ExtensionPoint("facts", Facts)
VIEWS = ExtensionPoint("views", Views)
DEMO = ExtensionPoint("demo", Demo)


@pytest.fixture
def make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an app with the two modules above."""
    for module, files in MODULES.items():
        folder = tmp_path / "modules" / module
        folder.mkdir(parents=True)
        for name, source in files.items():
            (folder / name).write_text(source)
    (tmp_path / "modules" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    others = {name: sys.modules.pop(name) for name in loaded_modules()}
    apps: list[Flask] = []

    def make(**config: Any) -> Flask:
        environment = {
            "APP_ENV": "testing",
            "SECRET_KEY": KEY,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
            "EVENTS_ENGINE": "worker",
            **config,
        }

        app = Flask(__name__, root_path=str(tmp_path))
        app.config.from_object(Settings.load(environment))
        kernel.init_app(app, environment)
        Kernel.of(app).extension_points.extend([FACTS, VIEWS, DEMO])
        remote.init_app(app)
        deliveries.init_app(app)
        dispatchers.init_app(app)
        outbox.init_app(app)
        app.add_url_rule("/healthz", view_func=lambda: "ok")
        apps.append(kernel.load_modules(app))
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    for name in loaded_modules():
        del sys.modules[name]
    sys.modules.update(others)


def loaded_modules() -> list[str]:
    return [name for name in sys.modules if name.split(".")[0] == "modules"]


@pytest.fixture
def url(make: Callable[..., Flask]) -> Iterator[str]:
    """Serve the app in which ``parcels`` runs; return its URL."""
    app = make(REMOTE_MODULES="home=http://127.0.0.1:1")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def home(make: Callable[..., Flask], url: str) -> Flask:
    """Return an app in which ``parcels`` is remote."""
    return make(REMOTE_MODULES=f"parcels={url}")


def get(app: Flask, path: str) -> tuple[int, str]:
    response = app.test_client().get(path)
    return response.status_code, response.get_data(as_text=True)


def test_a_page_calls_a_remote_module(home: Flask) -> None:
    assert get(home, "/home/") == (200, "14 parcels at /parcels/7")
    assert Kernel.of(home).active["parcels"].part("models") is None


def test_a_remote_module_has_the_same_manifest(home: Flask) -> None:
    # `flask modules --json` prints it.
    assert asdict(Kernel.of(home).active["parcels"])["title"] == "Parcels"


def test_the_pages_and_tables_of_a_remote_module_are_refused(
    home: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert get(home, "/parcels/")[0] == 503
    with home.app_context(), db.engine.begin() as connection:  # left by an earlier time
        connection.execute(sa.text("CREATE TABLE parcels_parcel (id INTEGER)"))
    assert get(home, "/home/stale")[0] == 503
    assert "parcels is remote, and its tables are not in this database" in caplog.text


def test_apps_of_one_process_have_their_own_remote_modules(
    home: Flask, make: Callable[..., Flask]
) -> None:
    assert get(make(), "/home/stale")[0] == 500  # there is no table
    assert get(make(), "/parcels/") == (200, "parcels")
    assert get(home, "/parcels/")[0] == 503


def test_an_app_without_remote_modules_has_nothing_of_them(
    make: Callable[..., Flask],
) -> None:
    app = make()
    assert Kernel.of(app).substitutes == {}
    assert app.test_client().post("/internal/events").status_code == 404


def test_contributions_of_a_remote_module_are_called(home: Flask) -> None:
    with home.test_request_context():
        facts = FACTS.collect(lambda part: part.facts(7), Mapping)
        assert facts == {"parcels": {"parcels": 7}}
        # Views have no form in JSON and are declared in each process; demo data is
        # added where the module runs.
        assert [m.name for m, _ in VIEWS.contributions()] == ["parcels"]
        assert [m.name for m, _ in DEMO.contributions()] == []


def test_a_page_does_without_a_module_that_is_down(make: Callable[..., Flask]) -> None:
    app = make(REMOTE_MODULES="parcels=http://127.0.0.1:1")
    assert get(app, "/home/") == (200, "no parcels")
    assert app.test_client().post("/home/").status_code == 503


@pytest.mark.parametrize(
    "response",
    [
        b"garbage\r\n\r\n",
        respond(b"", "302 Found", "Location: http://127.0.0.1:1/"),
        respond(b"", "500 Internal Server Error"),
        respond(b"<html>"),
        respond(b'"14"'),
        respond(b"null"),
    ],
)
def test_a_page_does_without_a_module_whose_response_is_invalid(
    make: Callable[..., Flask], peer: Callable[..., Peer], response: bytes
) -> None:
    server = peer(response)
    app = make(REMOTE_MODULES=f"parcels={server.url}")
    app.testing = False
    assert get(app, "/home/") == (200, "no parcels")
    assert app.test_client().post("/home/").status_code == 503


def test_commands_and_deliveries_always_try(make: Callable[..., Flask]) -> None:
    app = make(REMOTE_MODULES="parcels=http://127.0.0.1:1")
    with app.app_context():
        assert has_module("parcels")
        with app.test_request_context():
            assert not has_module("parcels")
            g.idempotency_key = "a delivery"
            assert has_module("parcels")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("parcel=http://10.0.0.7:8000", "names parcel, and there is no such module"),
        ("parcels", "write it like billing=http"),
        ("parcels=10.0.0.7:8000", "write it like billing=http"),
        ("=http://10.0.0.7:8000", "write it like billing=http"),
    ],
)
def test_a_wrong_setting_is_refused(
    make: Callable[..., Flask], setting: str, reason: str
) -> None:
    with pytest.raises(StartupError, match=reason):
        make(REMOTE_MODULES=setting)


EVENT = {
    "event_id": "7b0f",
    "event": "shop.ThingSold",
    "listener": "ledger.note",
    "key": None,
    "payload": '{"thing": "book", "price": 1}',
    "headers": "{}",
}


def post(app: Flask, path: str, body: bytes, key: str = KEY) -> int:
    headers = {signatures.HEADER: signatures.sign(key, path, body)}
    response = app.test_client().post(
        path, data=body, headers=headers, content_type="application/json"
    )
    return response.status_code


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/internal/api/parcels/service/count", b'{"user_id": 7}', 200),
        ("/internal/api/parcels/facts/facts", b'{"user_id": 7}', 200),
        ("/internal/api/parcels/service/count", b"", 400),
        ("/internal/api/parcels/service/count", b"{", 400),
        ("/internal/api/parcels/service/count", b"[]", 400),
        ("/internal/api/parcels/service/count", b"{}", 400),
        ("/internal/api/parcels/service/count", b'{"user_id": "7"}', 400),
        ("/internal/api/parcels/service/count", b'{"user_id": 7, "a": 1}', 400),
        ("/internal/api/parcels/service/parcels_url", b'{"user_id": 7}', 404),
        ("/internal/api/parcels/service/_private", b"{}", 404),
        ("/internal/api/parcels/models/session", b"{}", 404),
        ("/internal/api/parcels/demo/load", b'{"chunks": []}', 404),
        ("/internal/api/home/service/count", b"{}", 404),
        ("/internal/events", b"{", 400),
        ("/internal/events", b"7", 400),
        ("/internal/events", b"{}", 400),
        ("/internal/events", json.dumps({**EVENT, "key": 7}).encode(), 400),
        ("/internal/events", json.dumps(EVENT).encode(), 404),
    ],
)
def test_the_server_answers_only_valid_calls(
    make: Callable[..., Flask], path: str, body: bytes, status: int
) -> None:
    app = make(REMOTE_MODULES="home=http://127.0.0.1:1")
    assert post(app, path, body) == status
    assert post(app, path, body, key="another") == 403


def test_a_published_function_that_can_not_be_called_is_refused(
    make: Callable[..., Flask], tmp_path: Path
) -> None:
    for name in ("api.py", "service.py"):
        path = tmp_path / "modules" / "parcels" / name
        mark = "@published\n" if name == "api.py" else ""
        wrong = f"\n{mark}def apply(function: type) -> None: ...\n"
        path.write_text(path.read_text() + wrong)
    make()
    with pytest.raises(ModuleError, match=r"apply\(\) can't be called in another"):
        make(REMOTE_MODULES="home=http://127.0.0.1:1")


def test_each_local_module_has_a_queue(make: Callable[..., Flask]) -> None:
    pytest.importorskip("celery")
    from kernel.dispatchers.celery import make_celery

    app = make(
        REMOTE_MODULES="home=http://127.0.0.1:1", CELERY_BROKER_URL="memory://queues"
    )
    conf = make_celery(app).conf
    assert conf.task_default_queue == "outbox.parcels"
    assert [each.name for each in conf.task_queues] == ["outbox.parcels"]
