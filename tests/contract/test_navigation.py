"""The menus lead to the pages of every module."""

from __future__ import annotations

import pytest

from .apps import HOME

pytestmark = pytest.mark.needs("admin", "billing", "blog", "dashboard", "notifications")


def test_home_says_what_this_is(visitor):
    page = visitor.get("/").expect(200).heading(HOME)
    page.link("/blog/").link("/billing/plans").link("/auth/register")


@pytest.mark.parametrize("path", ["/blog", "/dashboard", "/billing", "/notifications"])
def test_a_forgotten_slash_is_forgiven(visitor, path):
    page = visitor.get(path)
    assert page.status in (301, 308), page.fail("expected a redirect")
    assert page.location == f"{path}/"


def test_navigation_fits_who_is_there(visitor, member, admin):
    page = visitor.get("/").link("/auth/login").link("/auth/register")
    assert not page.has_form("/auth/logout")
    page = member.get("/").link("/dashboard/").link("/blog/new").link("/auth/account")
    page.link("/notifications/")
    assert page.has_form("/auth/logout")
    assert not page.has('nav a[href="/admin/"]')
    admin.get("/").link("/admin/")
