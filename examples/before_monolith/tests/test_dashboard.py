import re

import pytest

from models import Invoice, Notification, db


def statistics(page):
    found = re.findall(r'data-metric="([\w-]+)">([^<]*)<', page.text)
    return dict(found)


def test_statistics_of_a_member(member, user_named, write):
    user = user_named("ada@example.com")
    write(user)
    write(user, published=False)
    db.session.add(Notification(user=user, text="Hello"))
    db.session.commit()
    assert statistics(member.get("/dashboard/")) == {
        "my-posts": "1",
        "unread": "1",
        "plan": "Free",
        "members": "1",
        "posts": "1",
    }


def test_statistics_are_updated(member):
    assert statistics(member.get("/dashboard/"))["posts"] == "0"
    data = {"title": "T", "body": "B", "action": "publish"}
    key = "a3bb189e-8bf9-4f0c-8c6c-2f5d4a1f9a11"
    member.post("/blog/new", data=data | {"idempotency_key": key})
    assert statistics(member.get("/dashboard/"))["posts"] == "1"


def test_admins_see_revenue(admin):
    db.session.add(Invoice(amount=900))
    db.session.commit()
    page = admin.get("/dashboard/?days=7")
    assert statistics(page)["revenue"] == "€9.00"
    assert page.text.count('role="img"') == 3
    assert page.text.count("<tr><td>") == 21


@pytest.mark.parametrize("days", ["0", "31", "x", ""])
def test_only_three_periods_are_accepted(member, days):
    assert member.get("/dashboard/", query_string={"days": days}).status_code == 400


def test_charts_have_one_row_per_day(member):
    page = member.get("/dashboard/?days=90")
    assert page.text.count("<tr><td>") == 90
    assert "style=" not in page.text
