"""Bytes, files and JSON where text is meant: refused, and never an error of ours."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.in_process

NUL = "a\0b"
PAGES = [
    "/billing/checkout/a%00b",
    "/billing/invoices/a%00b",
    "/auth/confirm/a%00b",
    "/auth/reset/a%00b",
    "/auth/login?next=a%00b",
    "/blog/?page=a%00b",
    "/blog/?after=a%00b",
    "/dashboard/?days=a%00b",
]
FORMS = {
    "/auth/login": ("email", "password"),
    "/auth/register": ("name", "email", "password"),
    "/auth/reset": ("email",),
    "/auth/confirm": ("email",),
}
MEMBERS_FORMS = {
    "/auth/account": ("name",),
    "/auth/account/password": ("current", "password"),
    "/auth/account/delete": ("password",),
    "/blog/new": ("title", "body", "action", "idempotency_key"),
    "/billing/subscribe": ("idempotency_key",),
}


def refused(page):
    if page.status not in (400, 404, 422):
        page.fail("expected 400, 404 or 422")


def no_error_of_ours(person, paths):
    for path in paths:
        page = person.get(path)
        if page.status >= 500:
            page.fail("expected no error of ours")


def test_nul_in_an_address(crowd):
    no_error_of_ours(crowd.member(), PAGES)


def test_nul_in_a_field(crowd):
    visitor, member = crowd.stranger(), crowd.member()
    for person, forms in ((visitor, FORMS), (member, MEMBERS_FORMS)):
        for path, fields in forms.items():
            values = dict.fromkeys(fields, f"{NUL}@example.com")
            refused(person.forge(path, **values))
    assert member.is_logged_in()


def test_a_file_in_place_of_a_field(crowd):
    visitor, member = crowd.stranger(), crowd.member()
    for person, forms in ((visitor, FORMS), (member, MEMBERS_FORMS)):
        for path, fields in forms.items():
            files = dict.fromkeys(fields, ("a.txt", b"a file"))
            data = {"csrf_token": person.token()}
            refused(person.post(path, data, files=files))
    assert member.is_logged_in()


@pytest.mark.parametrize("body", [{"email": ["a"]}, [1], "text", 1, None], ids=str)
def test_json_in_place_of_a_form(crowd, body):
    visitor, member = crowd.stranger(), crowd.member()
    for person, forms in ((visitor, FORMS), (member, MEMBERS_FORMS)):
        for path in forms:
            headers = {"X-CSRFToken": person.token()}
            refused(person.send("POST", path, json=body, headers=headers))
    assert member.is_logged_in()
