"""In production a module that fails to load is quarantined; the others run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from kernel import Kernel, Link, Module, ModuleError, discovery
from kernel.boundaries import guard
from kernel.discovery import discover

pytestmark = pytest.mark.needs("blog")

Make = Callable[[], Flask]
FOUND = {
    module.name: module for module in discover(Path(__file__).parents[2] / "modules")
}


@pytest.fixture
def make(migrated_database: Path) -> Make:
    """Return a function that makes an app as in production."""

    def make_app() -> Flask:
        return create_app(
            {
                "APP_ENV": "testing",
                "QUARANTINE": True,
                "DATABASE_URL": f"sqlite:///{migrated_database}",
            }
        )

    return make_app


def break_module(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make the module's ``view.py`` fail to import."""
    part = Module.part

    def broken(self: Module, file: str) -> object:
        if (self.name, file) == (name, "view"):
            raise ImportError("a bug")
        return part(self, file)

    monkeypatch.setattr(Module, "part", broken)


def test_the_other_modules_answer(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    break_module(monkeypatch, "blog")
    client = make().test_client()
    assert client.get("/blog/").status_code == 503
    assert client.get("/blog/1").status_code == 503
    assert client.post("/blog/new").status_code == 503
    assert client.get("/auth/login").status_code == 200
    assert client.get("/blogs").status_code == 404


def test_menu_entries_are_hidden(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    assert '"/blog/"' in make().test_client().get("/").text
    break_module(monkeypatch, "blog")
    assert '"/blog/"' not in make().test_client().get("/").text


def test_it_is_reported(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    break_module(monkeypatch, "blog")
    app = make()
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 200
    report = ready.get_json()
    assert report["quarantined"] == ["blog"]
    assert report["modules"]["blog"] == "quarantined"
    printed = app.test_cli_runner().invoke(args=["modules"]).output
    assert "blog" in printed
    assert "ImportError: a bug" in printed


def test_critical_module_stops_the_app(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_module(monkeypatch, "auth")
    with pytest.raises(ModuleError, match=r"'auth' can't be loaded.*ImportError"):
        make()


def test_its_dependents_are_quarantined_too(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_module(monkeypatch, "auth")
    monkeypatch.setitem(vars(FOUND["auth"]), "critical", False)
    client = make().test_client()
    assert client.get("/blog/").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_menu_entry_without_a_page_quarantines(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = (Link("Nowhere", "blog.nowhere"), Link("One of many", "blog.post"))
    for link in links:
        monkeypatch.setitem(vars(FOUND["blog"]), "links", (link,))
        client = make().test_client()
        assert client.get("/").status_code == 200
        assert client.get("/blog/").status_code == 503


@pytest.mark.needs("admin")
def test_data_pages_that_fail_are_attributed_to_their_module(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def views() -> list[object]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(FOUND["blog"].part("admin"), "views", views)
    ready = make().test_client().get("/readyz")
    assert (ready.status_code, ready.get_json()["quarantined"]) == (200, ["blog"])


def test_a_manifest_that_can_not_be_read_quarantines(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = discovery._manifest

    def broken(import_name: str) -> Module:
        if import_name.endswith(".blog"):
            raise ModuleError("a bug", error="manifest-not-readable")
        return read(import_name)

    monkeypatch.setattr(discovery, "_manifest", broken)
    monkeypatch.setattr(guard, "init_app", lambda app: None)  # as in production
    client = make().test_client()
    assert client.get("/blog/").status_code == 503
    assert client.get("/auth/login").status_code == 200


@pytest.mark.parametrize("fails", ["listeners", "view"])
def test_each_module_is_registered_once(
    make: Make, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    registered: list[str] = []
    part = Module.part

    def counted(self: Module, file: str) -> object:
        if file == "view":
            registered.append(self.name)
        if (self.name, file) == ("blog", fails):
            raise ImportError("a bug")
        return part(self, file)

    monkeypatch.setattr(Module, "part", counted)
    app = make()
    assert list(Kernel.of(app).quarantined) == ["blog"]
    assert len(registered) == len(set(registered))


def test_what_a_quarantined_module_listened_to_is_not_delivered(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(name.startswith("blog.") for name in Kernel.of(make()).listeners())
    break_module(monkeypatch, "blog")
    kernel = Kernel.of(make())
    assert not any(name.startswith("blog.") for name in kernel.listeners())
    assert not any(name.startswith("blog.") for name in kernel.events)


@pytest.mark.needs("admin")
def test_data_pages_of_a_critical_module_that_fail_stop_the_app(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def views() -> list[object]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(FOUND["auth"].part("admin"), "views", views)
    with pytest.raises(ModuleError, match=r"^The module 'auth' can't be loaded"):
        make()
