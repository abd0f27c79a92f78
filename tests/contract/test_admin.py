"""The admin panel."""

from __future__ import annotations

from uuid import uuid4

import pytest

from .apps import START
from .lists import complete, walk
from .test_account import ACCOUNT
from .test_bad_input import no_error_of_ours
from .test_errors import framed, friendly
from .test_security import check_headers, expired
from .texts import BAD_LOGIN, UNCONFIRMED

pytestmark = pytest.mark.needs("admin")

PAGES = [
    "/admin/",
    "/admin/users",
    "/admin/status",
    "/admin/data/",
    "/admin/data/users/",
    pytest.param("/admin/data/posts/", marks=pytest.mark.needs("blog")),
    pytest.param("/admin/data/subscriptions/", marks=pytest.mark.needs("billing")),
    pytest.param("/admin/data/invoices/", marks=pytest.mark.needs("billing")),
    pytest.param(
        "/admin/data/notifications/", marks=pytest.mark.needs("notifications")
    ),
]
DATA = PAGES[3:]


def found(admin, q):
    """Return the addresses that a search finds."""
    items = admin.get("/admin/users", params={"q": q}).expect(200).items
    return [" ".join(row.get_text(" ").split()) for row in items.values()]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_admins_alone(path, visitor, reader, admin):
    visitor.get(path).asks_to_log_in()
    reader.get(path).expect(403)
    admin.get(path).expect(200)


@pytest.mark.needs("billing", "blog")
def test_the_overview_shows_metrics_and_links(admin):
    page = admin.get("/admin/").expect(200).heading("Admin")
    page.link("/admin/users").link("/admin/data/").link("/admin/status")
    for word in ("Users", "Posts", "subscriptions", "Revenue"):
        assert word.lower() in page.words.lower(), f"expected “{word}”"


def test_users_are_listed_newest_first(admin, people):
    first, second = people.registered(), people.registered()
    page = admin.get("/admin/users").expect(200).heading("Users")
    rows = [row.get_text(" ") for row in page.items.values()]
    place = [
        next(n for n, row in enumerate(rows) if person.email in row)
        for person in (second, first)
    ]
    assert place == sorted(place)


def test_a_row_says_who_it_is(admin, reader):
    (row,) = found(admin, reader.email)
    assert reader.name in row
    assert "member" in row.lower()


@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_users_are_found_by_the_start_of_their_address(admin, reader, change):
    (row,) = found(admin, change(reader.email.split("@")[0]))
    assert reader.email in row


@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_users_are_found_by_the_start_of_their_name(admin, reader, change):
    (row,) = found(admin, change(reader.name))
    assert reader.email in row


def test_a_search_finds_the_start_only(admin, reader):
    assert not found(admin, reader.email[3:])


@pytest.mark.parametrize("q", ["%", "_", "writer%", "writer_", "'", '"', "\\", "*"])
def test_signs_of_the_database_mean_themselves(admin, reader, q):
    assert not found(admin, q)


def test_a_search_is_kept_in_its_field(admin):
    page = admin.get("/admin/users", params={"q": '"><b>x'}).expect(200)
    assert page.value("q") == '"><b>x'
    page.hides("<b>x")


def test_a_user_has_a_page(admin, reader):
    page = admin.get(admin.user_page(reader)).expect(200)
    page.says(reader.name).says(reader.email)


@pytest.mark.parametrize("id", ["0", "999999999", "99999999999999999999", "x"])
def test_an_unknown_user_is_not_found(admin, id):
    admin.get(f"/admin/users/{id}").expect(404)
    admin.forge(f"/admin/users/{id}/deactivate").expect(404)


def test_deactivating_ends_live_sessions_at_once(admin, member):
    admin.administer(member, "deactivate").expect(302).follow().flash("Saved.")
    member.get("/auth/account").asks_to_log_in()


def test_a_deactivated_account_cannot_log_in(admin, people, member):
    admin.administer(member, "deactivate")
    person = people.again(member)
    person.log_in().expect(422).form_error("This account is deactivated.")
    page = person.log_in(password="not the password").expect(422)
    page.form_error(BAD_LOGIN)


def test_deactivating_ends_remembered_sessions(admin, people):
    person = people.confirmed()
    person.log_in(remember=True)
    person.forget("session")
    admin.administer(person, "deactivate")
    person.get("/auth/account").asks_to_log_in()


@pytest.mark.needs("blog")
def test_a_deactivated_account_cannot_write_with_an_open_form(admin, member):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    form.fill(title="Too late", body="Words.")
    admin.administer(member, "deactivate")
    page = form.submit()
    if page.status == 302:
        page.asks_to_log_in()
    else:
        page.expect(400)


@pytest.mark.needs("blog")
def test_an_account_can_be_activated_again(admin, people, member):
    post = member.publish("Still mine")
    admin.administer(member, "deactivate")
    admin.administer(member, "activate").expect(302).follow().flash("Saved.")
    person = people.again(member)
    person.log_in().to(START)
    person.get("/blog/mine").link(post)


def test_a_member_can_be_made_admin_and_back(admin, member):
    path = admin.user_page(member)
    admin.administer(member, "role", role="admin").to(path).follow().flash("Saved.")
    member.get("/admin/").expect(200)
    admin.administer(member, "role", role="member").to(path)
    member.get("/admin/").expect(403)


@pytest.mark.parametrize("role", ["king", "", "ADMIN", "admin "])
def test_an_unknown_role_is_refused(admin, member, role):
    path = admin.user_page(member)
    form = admin.get(path).form(f"{path}/role")
    form.smuggle(role=role).submit().expect(422)
    member.get("/admin/").expect(403)


def test_an_admin_cannot_lock_themselves_out(admin):
    path = admin.user_page(admin)
    refusal = "You can't deactivate yourself or change your own role."
    page = admin.forge(f"{path}/deactivate").to(path)
    page.follow().flash(refusal, "error")
    page = admin.forge(f"{path}/role", role="member").to(path)
    page.follow().flash(refusal, "error")
    admin.get("/admin/").expect(200)


@pytest.mark.parametrize("action", ["deactivate", "activate", "role"])
def test_a_member_cannot_administer(admin, member, other, action):
    path = admin.user_page(other)
    member.forge(f"{path}/{action}", role="admin").expect(403)
    other.get("/admin/").expect(403)
    assert other.is_logged_in()


@pytest.mark.needs("blog", "billing")
@pytest.mark.parametrize("path", DATA[1:])
def test_data_is_shown_without_secrets(admin, pro, path):
    pro.publish()
    page = admin.get(path).expect(200)
    page.hides("argon2").hides("stamp").hides("password")


@pytest.mark.needs("blog", "billing")
def test_each_feature_shows_its_own_data(admin, pro):
    title = f"A post {uuid4().hex[:8]}"
    pro.publish(title)
    admin.eventually("/admin/data/posts/", lambda page: title in page.text).says(title)
    admin.get("/admin/data/users/").says(pro.email)
    admin.get("/admin/data/invoices/").says("INV-")


@pytest.mark.parametrize("path", DATA[1:])
@pytest.mark.parametrize("action", ["new/", "edit/?id=1", "delete/", "action/"])
def test_data_is_read_only(admin, path, action):
    page = admin.forge(f"{path}{action}", id="1", rowid="1")
    assert page.status in (302, 403, 404, 405), page.fail("expected a refusal")
    if page.status == 302:
        page.to(path)


def rows(admin, path, **query):
    return admin.get(path, params=query).expect(200).items


def test_data_is_found_by_any_part_of_a_name(admin, reader):
    part = reader.email[3:-4].upper()
    (row,) = rows(admin, "/admin/data/users/", search=part).values()
    assert reader.name in row.get_text()
    assert not rows(admin, "/admin/data/users/", search=f"{part}%")


def test_data_is_filtered(admin, reader):
    found = rows(admin, "/admin/data/users/", role="admin").values()
    assert found
    assert all("admin" in row.get_text() for row in found)
    query = {"role": "admin", "search": reader.email}
    assert not rows(admin, "/admin/data/users/", **query)


def test_data_is_sorted(admin, people):
    people.registered()
    first = next(iter(rows(admin, "/admin/data/users/", sort="id")))
    last = next(iter(rows(admin, "/admin/data/users/", sort="-id")))
    assert int(first) < int(last)


@pytest.mark.parametrize("sort", ["password_hash", "-security_stamp", "x", "-", "'"])
def test_data_is_not_sorted_by_another_column(admin, sort):
    newest = [*rows(admin, "/admin/data/users/")]
    assert [*rows(admin, "/admin/data/users/", sort=sort)] == newest


def test_a_row_of_data_has_a_page(admin, reader):
    query = {"search": reader.email}
    (number,) = rows(admin, "/admin/data/users/", **query)
    page = admin.get(f"/admin/data/users/{number}").expect(200)
    page.says(reader.email).hides("argon2")
    admin.get("/admin/data/users/999999999").expect(404)
    admin.get("/admin/data/secrets/").expect(404)


@pytest.mark.needs("blog")
def test_data_names_users(admin, member):
    title = f"A post {uuid4().hex[:8]}"
    member.publish(title)
    (row,) = rows(admin, "/admin/data/posts/", search=title).values()
    assert member.name in row.get_text()


def test_data_is_exported(admin, reader):
    path = "/admin/data/users/export.csv"
    file = admin.get(path, params={"search": reader.email}).expect(200)
    assert file.headers["content-type"].startswith("text/csv")
    head, row = file.text.splitlines()
    assert head.startswith("id,name,email")
    assert reader.email in row


@pytest.mark.needs("blog")
def test_an_export_holds_no_formula(admin, member):
    mark = uuid4().hex[:8]
    member.publish(f"=1+1 {mark}")
    path = "/admin/data/posts/export.csv"
    file = admin.get(path, params={"search": mark}).expect(200)
    assert f"'=1+1 {mark}" in file.text


def test_an_export_is_for_admins_alone(visitor, reader):
    visitor.get("/admin/data/users/export.csv").asks_to_log_in()
    reader.get("/admin/data/users/export.csv").expect(403)


def test_the_status_page_names_what_runs(admin):
    page = admin.get("/admin/status").expect(200).heading("Status")
    for word in ("Python", "Flask", "SQLAlchemy", "Mail"):
        assert word.lower() in page.words.lower(), f"expected “{word}”"


@pytest.mark.needs("billing")
def test_the_status_page_tells_no_secret(admin, site):
    page = admin.get("/admin/status").expect(200).hides(site.webhook_secret)
    page.hides("SECRET_KEY").hides(site.admin_password)


@pytest.mark.in_process
def test_create_admin_promotes_an_existing_member(elsewhere):
    people = elsewhere()
    member = people.member()
    member.get("/admin/").expect(403)
    output = people.site.flask("create-admin", member.email, "--password", "x" * 12)
    assert member.email in output
    again = people.again(member)
    if again.log_in().status != 302:
        again.log_in(password="x" * 12).expect(302)
    again.get("/admin/").expect(200)


def test_the_address_and_role_cannot_be_smuggled_in(member):
    form = member.get(ACCOUNT).form(ACCOUNT)
    form.smuggle(email="x@example.com", role="admin", id="1").submit().expect(302)
    member.get(ACCOUNT).says(member.email)
    member.get("/admin/").expect(403)


@pytest.mark.in_process
def test_an_admin_who_is_deactivated_is_no_other_admin(elsewhere):
    people = elsewhere()
    admin, member = people.admin(), people.member()
    admin.administer(member, "role", role="admin").expect(302)
    admin.administer(member, "deactivate").expect(302)
    admin.delete_account().expect(422).says("You are the only admin.")


def test_another_admin_may_delete_themselves(member, admin):
    admin.administer(member, "role", role="admin").expect(302)
    member.delete_account().to("/")


def test_403(reader):
    page = friendly(reader.get("/admin/"), 403).heading("Access denied")
    page.says("You don't have permission to view this page.")


@pytest.mark.parametrize("path", ["/admin/", "/admin/users", "/admin/status"])
def test_an_admin_s_page_is_framed(admin, path):
    framed(admin.get(path).expect(200))


def test_users_keep_the_search(admin, people):
    mark = f"page-{uuid4().hex[:8]}"
    for number in range(51):
        person = people.stranger()
        person.register(email=f"{mark}-{number}@example.com").expect(302)
    pages = walk(admin.get("/admin/users", params={"q": mark}))
    complete(pages, 50, 51)


def test_a_role_cannot_be_smuggled_in(visitor):
    own = {"name": visitor.name, "email": visitor.email, "password": visitor.password}
    form = visitor.get("/auth/register").form("/auth/register").fill(**own)
    form.smuggle(role="admin", is_admin="1", confirmed="1").submit().expect(302)
    visitor.log_in().expect(422).form_error(UNCONFIRMED)
    visitor.confirm()
    visitor.log_in()
    visitor.get("/admin/").expect(403)


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/users", "/admin/status", "/admin/data/", "/admin/data/users/"],
)
def test_an_admin_s_answer_has_the_headers_and_is_not_stored(admin, path):
    page = admin.get(path).expect(200)
    check_headers(page)
    assert "no-store" in page.headers.get("cache-control", ""), "expected no-store"


@pytest.mark.parametrize("action", ["deactivate", "role"])
def test_a_form_of_the_admin_panel_needs_its_token(admin, member, action):
    path = admin.user_page(member)
    form = admin.get(path).form(f"{path}/{action}").without("csrf_token")
    expired(form.submit())
    assert member.is_logged_in()


def test_a_search_may_hold_any_characters(admin, people):
    person = people.stranger()
    person.name = f"你好 {person.name}"
    person.register()
    page = admin.get("/admin/users", params={"q": person.name}).expect(200)
    assert len(page.items) == 1


@pytest.mark.in_process
def test_nul_in_an_address(crowd):
    paths = [
        "/admin/users?q=a%00b",
        "/admin/data/users/?search=a%00b",
        "/admin/data/subscriptions/?search=a%00b",
    ]
    no_error_of_ours(crowd.admin(), paths)
