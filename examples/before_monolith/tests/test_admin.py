import pytest

PAGES = (
    "/admin/",
    "/admin/users",
    "/admin/users/1",
    "/admin/status",
    "/admin/data/",
    "/admin/data/users/",
    "/admin/data/posts/",
    "/admin/data/subscriptions/",
    "/admin/data/invoices/",
    "/admin/data/notifications/",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_admins_only(client, admin, log_in, path):
    assert client.get(path).location == f"/auth/login?next={path}"
    assert log_in().get(path).status_code == 403
    assert admin.get(path).status_code == 200


def test_data_pages_show_no_secrets(admin):
    text = admin.get("/admin/data/users/").text
    assert "root@example.com" in text
    assert "argon2" not in text
    assert "stamp" not in text


def test_data_pages_are_searchable_and_paginated(admin, make_user):
    for number in range(60):
        make_user(f"user{number}@example.com")
    first = admin.get("/admin/data/users/").text
    assert "user59@" in first
    assert "user3@" not in first
    assert "user3@" in admin.get("/admin/data/users/?page=2").text
    found = admin.get("/admin/data/users/?search=USER59").text
    assert "user59@" in found
    assert "user58@" not in found
    for odd in ("?page=-1", "?page=" + "9" * 30, "?search=%00"):
        assert admin.get("/admin/data/users/" + odd).status_code == 200


def test_users_are_paginated_and_found_by_prefix(admin, make_user):
    for number in range(60):
        make_user(f"user{number}@example.com", name=f"Name {number}")
    page = admin.get("/admin/users?q=USER")
    assert page.text.count("data-id=") == 50
    assert 'href="?q=USER&amp;page=2"' in page.text
    assert admin.get("/admin/users?q=name 59").text.count("data-id=") == 1
    assert admin.get("/admin/users?q=%25").text.count("data-id=") == 0
    assert admin.get("/admin/users?q=ser5").text.count("data-id=") == 0


def test_deactivation_ends_sessions_immediately(admin, member, user_named):
    path = f"/admin/users/{user_named('ada@example.com').id}"
    page = admin.post(f"{path}/deactivate", follow_redirects=True)
    assert "Saved." in page.text
    assert member.get("/dashboard/").status_code == 302
    admin.post(f"{path}/activate")
    assert user_named("ada@example.com").active


def test_change_role(admin, member, user_named):
    path = f"/admin/users/{user_named('ada@example.com').id}/role"
    admin.post(path, data={"role": "admin"})
    assert member.get("/admin/").status_code == 200
    admin.post(path, data={"role": "member"})
    assert member.get("/admin/").status_code == 403
    assert admin.post(path, data={"role": "king"}).status_code == 422


@pytest.mark.parametrize("action", ["deactivate", "role"])
def test_admins_cannot_lock_themselves_out(admin, action):
    page = admin.post(
        f"/admin/users/1/{action}", data={"role": "member"}, follow_redirects=True
    )
    assert "You can&#39;t deactivate yourself or change your own role." in page.text
    assert admin.get("/admin/").status_code == 200


def test_unknown_users_are_not_found(admin):
    assert admin.get("/admin/users/99").status_code == 404
    assert admin.post("/admin/users/99/activate").status_code == 404


def test_status_lists_the_components(admin):
    text = admin.get("/admin/status").text
    assert "<td>sqlite</td>" in text
    assert "SQLAlchemy" in text
