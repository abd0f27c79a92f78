"""The data pages: every module's tables, read-only and without secrets."""

import pytest
from flask.testing import FlaskClient

from kernel import current_kernel
from web.security import HEADERS

pytestmark = pytest.mark.needs("admin")


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
