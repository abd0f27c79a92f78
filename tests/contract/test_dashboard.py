"""The dashboard: metrics, and charts that are also tables."""

from __future__ import annotations

import re

import pytest

from .apps import START, WELCOME
from .test_errors import friendly

pytestmark = pytest.mark.needs("dashboard")


def number(text):
    return int(re.sub(r"\D", "", text))


def metric(person, name, expected):
    """Check a metric, with time for events to be delivered."""
    page = person.eventually(
        "/dashboard/", lambda page: number(page.metric(name)) == expected
    )
    if number(page.metric(name)) != expected:
        page.fail(f"expected metric {name} {expected}, got {page.metric(name)}")


def rows(table):
    return table.select("tbody tr")


@pytest.mark.needs("billing", "blog")
def test_a_new_member_starts_at_zero(member):
    page = member.get("/dashboard/").expect(200).heading("Dashboard")
    assert page.metric("my-posts") == "0"
    assert page.metric("plan") == "Free"


@pytest.mark.needs("blog")
def test_ones_own_published_posts_are_counted(member, other):
    member.publish()
    post = member.publish()
    member.draft()
    other.publish()
    metric(member, "my-posts", 2)
    member.edit(post, action="draft")
    metric(member, "my-posts", 1)


@pytest.mark.needs("blog")
def test_all_published_posts_are_counted(member, other):
    before = number(member.get("/dashboard/").metric("posts"))
    post = other.publish()
    other.draft()
    metric(member, "posts", before + 1)
    other.delete(post)
    metric(member, "posts", before)


@pytest.mark.needs("notifications")
def test_confirmed_members_are_counted(member, people):
    member.notified(WELCOME)  # so the member is counted, too
    before = number(member.get("/dashboard/").metric("members"))
    newcomer = people.registered()
    metric(member, "members", before)
    newcomer.confirm()
    metric(member, "members", before + 1)


@pytest.mark.needs("notifications")
def test_unread_notifications_are_counted(member):
    member.notified(WELCOME)
    metric(member, "unread", 1)
    member.get("/notifications/").form("/notifications/read").submit()
    metric(member, "unread", 0)


@pytest.mark.needs("billing")
def test_the_plan_is_shown(pro):
    assert pro.get("/dashboard/").metric("plan") == "Pro"


@pytest.mark.needs("blog")
@pytest.mark.parametrize("days", [7, 30, 90])
def test_the_table_has_one_row_a_day(reader, days):
    page = reader.get(f"/dashboard/?days={days}").expect(200)
    tables = page.soup.select("main details table")
    assert tables
    for table in tables:
        assert len(rows(table)) == days, f"expected {days} rows"


@pytest.mark.needs("blog")
def test_thirty_days_are_the_default(reader):
    assert len(rows(reader.get("/dashboard/").one("main details table"))) == 30


@pytest.mark.parametrize(
    "days", ["", "0", "1", "31", "-7", "x", "7.0", "1e1", "\u0667"]
)
def test_another_number_of_days_is_refused(reader, days):
    reader.get("/dashboard/", params={"days": days}).expect(400)


@pytest.mark.needs("blog")
def test_the_chart_is_described_and_has_no_inline_style(reader):
    page = reader.get("/dashboard/")
    chart = page.one('main svg[role="img"]')
    assert chart["aria-label"]
    assert not page.has("main [style]")
    assert not page.has("main svg script")


def posts_today(page):
    """Return the number in the row of the newest day."""
    table = page.soup.select("main details table")[0]
    days = [row.get_text(" ") for row in rows(table)]
    dated = {row.find("time")["datetime"]: row for row in rows(table)}
    assert len(dated) == len(days), "expected every row to have its own <time>"
    return number(dated[max(dated)].find_all(["td", "th"])[-1].get_text())


@pytest.mark.needs("blog")
def test_a_new_post_is_counted_on_its_day(member):
    before = posts_today(member.get("/dashboard/"))
    member.publish()
    page = member.eventually("/dashboard/", lambda p: posts_today(p) == before + 1)
    assert posts_today(page) == before + 1


@pytest.mark.needs("billing", "blog")
def test_revenue_is_for_admins_alone(member, admin):
    assert not member.get("/dashboard/").has('[data-metric="revenue"]')
    page = admin.get("/dashboard/")
    assert page.metric("revenue").startswith("€")
    assert len(page.soup.select('main svg[role="img"]')) == 3


def cents(text):
    return number(text) if "." in text else number(text) * 100


@pytest.mark.needs("billing")
def test_a_payment_adds_to_the_revenue(member, admin):
    before = cents(admin.get("/dashboard/").metric("revenue"))
    member.go_pro()
    page = admin.eventually(
        "/dashboard/", lambda page: cents(page.metric("revenue")) == before + 900
    )
    assert cents(page.metric("revenue")) == before + 900


@pytest.mark.needs("billing")
def test_deleting_keeps_the_revenue(people, admin):
    before = admin.get("/dashboard/").metric("revenue")
    pro = people.pro()
    paid = admin.eventually(
        "/dashboard/", lambda page: page.metric("revenue") != before
    )
    revenue = paid.metric("revenue")
    pro.delete_account().expect(302)
    assert admin.get("/dashboard/").metric("revenue") == revenue


def test_400_for_a_bad_address(reader):
    friendly(reader.get("/dashboard/?days=31"), 400).heading("Bad request")


def test_the_right_password_opens_the_dashboard(people):
    people.confirmed().log_in().to(START).follow().heading("Dashboard")


def test_the_query_of_the_page_is_kept(people):
    person = people.confirmed()
    asked = person.get("/dashboard/?days=7").asks_to_log_in()
    person.log_in(asked.location).to("/dashboard/?days=7")
