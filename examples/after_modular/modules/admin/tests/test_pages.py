"""The admin panel: for admins alone, and without a way to lock oneself out."""

import re
from unittest.mock import patch

import pytest

from core.registry import Quarantined, quarantined_modules
from modules.auth import api as auth

from .conftest import ADMIN, MEMBER

PAGES = ["/admin/", "/admin/users", "/admin/status", "/admin/data/"]


@pytest.mark.parametrize("path", [*PAGES, "/admin/data/users/"])
def test_a_page_is_for_admins_alone(path, client, member, admin):
    assert client.get(path).location == f"/auth/login?next={path}"
    assert member.get(path).status_code == 403
    assert admin.get(path).status_code == 200


def test_users_are_listed_a_page_at_a_time(admin):
    first = admin.get("/admin/users").text
    assert first.count("data-id") == 50
    older = re.search('rel="next" href="([^"]+)"', first)[1]
    assert admin.get(older).text.count("data-id") == 11


def test_a_search_is_kept_on_the_next_page(admin):
    page = admin.get("/admin/users?q=USER0").text
    assert 'value="USER0"' in page
    assert 'href="/admin/users?q=USER0&amp;before=' in page
    assert admin.get("/admin/users?q=user000001").text.count("data-id") == 1


@pytest.mark.parametrize("cursor", ["x", "1", "1-2-3", "-1-1", "9" * 30 + "-1"])
def test_a_bad_cursor_is_refused(admin, cursor):
    assert admin.get(f"/admin/users?before={cursor}").status_code == 400


def test_deactivating_ends_the_session(admin, member, ids):
    user = f"/admin/users/{ids[MEMBER]}"
    assert admin.post(f"{user}/deactivate").location == user
    assert member.get("/auth/account").status_code == 302
    assert "deactivated" in admin.get(user).text
    admin.post(f"{user}/activate")
    assert "deactivated" not in admin.get(user).text


def test_a_role_is_given_and_taken(admin, member, ids):
    user = f"/admin/users/{ids[MEMBER]}"
    admin.post(f"{user}/role", data={"role": "admin"})
    assert member.get("/admin/").status_code == 200
    admin.post(f"{user}/role", data={"role": "member"})
    assert member.get("/admin/").status_code == 403


@pytest.mark.parametrize("role", ["", "king", "ADMIN"])
def test_an_unknown_role_is_refused(admin, ids, role):
    page = admin.post(f"/admin/users/{ids[MEMBER]}/role", data={"role": role})
    assert page.status_code == 422
    assert "A role is one of member, admin." in page.text


@pytest.mark.parametrize("action", ["deactivate", "role"])
def test_admins_do_not_lock_themselves_out(admin, ids, action):
    user = f"/admin/users/{ids[ADMIN]}"
    admin.post(f"{user}/{action}", data={"role": "member"})
    assert "You cannot do that to yourself." in admin.get(user).text
    assert auth.find(ids[ADMIN]).state == "active"
    assert auth.find(ids[ADMIN]).is_admin


def test_an_unknown_user_is_not_found(admin):
    assert admin.get("/admin/users/999").status_code == 404
    assert admin.post("/admin/users/999/activate").status_code == 404


def test_the_status_page_names_every_module_and_what_is_wrong(app, admin):
    broken = Quarantined(name="shop", url_prefix="/shop", reason="No module named x")
    with patch.dict(quarantined_modules(), shop=broken):
        page = admin.get("/admin/status").text
    assert "Accounts" in page
    assert "shop does not run: No module named x" in page
    assert app.config["SECRET_KEY"] not in page.split()
