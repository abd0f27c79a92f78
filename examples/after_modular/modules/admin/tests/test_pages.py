"""The admin panel: for admins alone, and without a way to lock oneself out."""

import re
from collections.abc import Callable
from datetime import date
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import current_kernel

from .conftest import ADMIN, MEMBER

PAGES = [
    "/admin/",
    "/admin/users",
    "/admin/events",
    "/admin/status",
    "/admin/data/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_admins_alone(
    path: str, client: FlaskClient, member: FlaskClient, admin: FlaskClient
) -> None:
    assert client.get(path).location == f"/auth/login?next={path}"
    assert member.get(path).status_code == 403
    assert admin.get(path).status_code == 200


def metrics(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="([\w-]+)">([^<]*)<', page))


def test_each_figure_comes_from_the_module_that_knows_it(
    admin: FlaskClient, auth: ModuleType, fake: Callable[[str], ModuleType]
) -> None:
    fake("blog").write(MEMBER, date(2026, 1, 2))
    fake("billing").subscribe(MEMBER)
    fake("billing").pay(date(2026, 1, 2), 900)
    assert metrics(admin.get("/admin/").text) == {
        "users": "61",
        "posts": "1",
        "subscriptions": "1",
        "revenue": "€9.00",
    }


@pytest.mark.usefixtures("auth")
def test_what_an_absent_module_would_know_is_left_out(
    admin: FlaskClient, without_module: Callable[[str], None]
) -> None:
    without_module("blog")
    without_module("billing")
    assert metrics(admin.get("/admin/").text) == {"users": "61"}
    assert "Plan" not in admin.get(f"/admin/users/{MEMBER}").text


@pytest.mark.usefixtures("auth")
def test_users_are_listed_a_page_at_a_time(admin: FlaskClient) -> None:
    first = admin.get("/admin/users").text
    assert first.count("data-id") == 50
    older = re.search('rel="next" href="([^"]+)"', first)
    assert older is not None
    assert admin.get(older[1]).text.count("data-id") == 11


@pytest.mark.usefixtures("auth")
def test_a_search_is_kept_on_the_next_page(admin: FlaskClient) -> None:
    page = admin.get("/admin/users?q=USER").text
    assert 'value="USER"' in page
    assert 'href="/admin/users?q=USER&amp;before=' in page
    assert admin.get("/admin/users?q=user11@").text.count("data-id") == 1


def test_a_user_is_deactivated_and_activated(
    admin: FlaskClient, auth: ModuleType
) -> None:
    user = f"/admin/users/{MEMBER}"
    assert admin.post(f"{user}/deactivate").location == user
    assert "deactivated" in admin.get(user).text
    admin.post(f"{user}/activate")
    assert "deactivated" not in admin.get(user).text
    assert auth.find(MEMBER).active


def test_a_role_is_given_and_taken(admin: FlaskClient, auth: ModuleType) -> None:
    user = f"/admin/users/{MEMBER}"
    admin.post(f"{user}/role", data={"role": "admin"})
    assert auth.find(MEMBER).is_admin
    admin.post(f"{user}/role", data={"role": "member"})
    assert not auth.find(MEMBER).is_admin


@pytest.mark.usefixtures("auth")
@pytest.mark.parametrize("role", ["", "king", "ADMIN"])
def test_an_unknown_role_is_refused(admin: FlaskClient, role: str) -> None:
    page = admin.post(f"/admin/users/{MEMBER}/role", data={"role": role})
    assert page.status_code == 422
    assert "Choose one of these roles: member, admin." in page.text


@pytest.mark.parametrize("action", ["deactivate", "role"])
def test_admins_do_not_lock_themselves_out(
    admin: FlaskClient, auth: ModuleType, action: str
) -> None:
    user = f"/admin/users/{ADMIN}"
    admin.post(f"{user}/{action}", data={"role": "member"})
    assert (
        "You can&#39;t deactivate yourself or change your own role."
        in admin.get(user).text
    )
    assert auth.find(ADMIN).state == "active"
    assert auth.find(ADMIN).is_admin


def test_an_unknown_user_is_not_found(admin: FlaskClient) -> None:
    assert admin.get("/admin/users/999").status_code == 404
    assert admin.post("/admin/users/999/activate").status_code == 404


def test_the_status_page_names_every_module_and_what_is_wrong(
    app: Flask, admin: FlaskClient
) -> None:
    broken = SimpleNamespace(
        name="shop", url_prefix="/shop", reason="No module named x"
    )
    with patch.dict(current_kernel.quarantined, shop=broken):
        page = admin.get("/admin/status").text
    assert "Accounts" in page
    assert (
        "shop is quarantined (disabled because it failed to load): No module named x"
        in page
    )
    assert app.config["SECRET_KEY"] not in page.split()
