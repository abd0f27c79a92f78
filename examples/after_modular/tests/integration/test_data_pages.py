"""The data pages: every module's tables, read-only and without secrets."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import ModuleError, current_kernel, db
from kernel.testing import AppFactory
from web.security import HEADERS

from .conftest import ADMIN, logged_in

pytestmark = pytest.mark.needs("admin")


@pytest.fixture
def make(create_app: AppFactory, ids: dict[str, int]) -> Callable[[], Flask]:
    """Return a function that makes another app with the database of the test."""
    return lambda: create_app(Path(str(db.engine.url.database)), ())


def test_every_data_view_of_every_module_opens(admin: FlaskClient) -> None:
    front = admin.get("/admin/data/").text
    for module in current_kernel.active.values():
        part = module.part("admin")
        for view in part.views() if part else ():
            assert f'href="/admin/data/{view.name}/"' in front
            assert admin.get(f"/admin/data/{view.name}/").status_code == 200


def test_accounts_are_shown_without_secrets(admin: FlaskClient) -> None:
    page = admin.get("/admin/data/users/").text
    assert "user000060@example.com" in page
    assert "argon2" not in page
    assert "stamp" not in page


def test_accounts_are_found_by_any_part_of_name_or_address(admin: FlaskClient) -> None:
    page = admin.get("/admin/data/users/?search=R00006").text
    assert "user000060@example.com" in page
    assert "user000059@example.com" not in page


@pytest.mark.parametrize("action", ["new/", "edit/?id=1", "delete/", "action/"])
def test_data_pages_are_read_only(admin: FlaskClient, action: str) -> None:
    page = admin.post(f"/admin/data/users/{action}", data={"id": 1, "rowid": 1})
    assert page.status_code in (404, 405)


def test_the_data_pages_have_the_policy_of_the_site(admin: FlaskClient) -> None:
    ours = HEADERS["Content-Security-Policy"]
    assert "unsafe-inline" not in ours
    assert admin.get("/admin/data/users/").headers["Content-Security-Policy"] == ours


@pytest.mark.needs("blog", "billing")
def test_two_modules_may_choose_the_same_name(
    make: Callable[[], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = current_kernel.active["billing"].part("admin")
    assert part is not None
    (first, *_) = part.views()
    monkeypatch.setattr(part, "views", lambda: [replace(first, name="users")])
    client = logged_in(make(), ADMIN)
    assert client.get("/admin/data/users/").status_code == 200
    table = first.model.__tablename__
    assert client.get(f"/admin/data/{table}/").status_code == 200


@pytest.mark.needs("blog")
def test_a_module_shows_its_own_tables_only(
    make: Callable[[], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    auth, blog = (
        current_kernel.active[name].part("admin") for name in ("auth", "blog")
    )
    assert auth
    assert blog
    monkeypatch.setattr(blog, "views", auth.views)
    with pytest.raises(ModuleError, match=r"^The module 'blog' can't.*'auth_user'"):
        make()
