"""What an admin does to an account takes effect at once, in its sessions, too."""

import pytest
from flask.testing import FlaskClient

from .conftest import MEMBER

pytestmark = pytest.mark.needs("admin")


def test_deactivating_ends_the_session(
    admin: FlaskClient, member: FlaskClient, ids: dict[str, int]
) -> None:
    user = f"/admin/users/{ids[MEMBER]}"
    assert member.get("/auth/account").status_code == 200
    admin.post(f"{user}/deactivate")
    assert member.get("/auth/account").status_code == 302
    assert "deactivated" in admin.get(user).text


def test_a_role_takes_effect_at_once(
    admin: FlaskClient, member: FlaskClient, ids: dict[str, int]
) -> None:
    user = f"/admin/users/{ids[MEMBER]}"
    admin.post(f"{user}/role", data={"role": "admin"})
    assert member.get("/admin/").status_code == 200
    admin.post(f"{user}/role", data={"role": "member"})
    assert member.get("/admin/").status_code == 403
