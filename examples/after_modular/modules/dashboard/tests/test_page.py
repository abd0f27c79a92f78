"""The page: metrics and charts, by role."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient

from kernel import utcnow
from modules.dashboard import charts as charts_of_dashboard
from modules.dashboard import projection, report
from modules.dashboard.models import session

LoginAs = Callable[..., int]


@pytest.fixture
def day() -> None:
    """Count two members, three posts and two payments today."""
    today = utcnow().date()
    projection.add(today, signups=2, posts=3, revenue=1800)
    projection.add(today - timedelta(days=100), revenue=900)
    session.commit()


def metrics(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="([\w-]+)">([^<]*)<', page))


def charts(page: str) -> list[str]:
    return re.findall(r'data-chart="([\w-]+)"', page)


@pytest.mark.usefixtures("app", "day")
def test_a_member_sees_the_site(client: FlaskClient, login_as: LoginAs) -> None:
    login_as()
    page = client.get("/dashboard/").text
    assert metrics(page)["members"] == "2"
    assert "revenue" not in metrics(page)
    assert "sign-ups" not in charts(page)
    assert "revenue" not in charts(page)


@pytest.mark.needs("billing")
@pytest.mark.usefixtures("app", "day")
def test_an_admin_sees_the_business(client: FlaskClient, login_as: LoginAs) -> None:
    login_as(role="admin")
    page = client.get("/dashboard/").text
    assert "sign-ups" in charts(page)
    assert metrics(page)["revenue"] == "€18.00"
    assert "Revenue per day: €18.00 in 30 days" in page


@pytest.mark.parametrize("missing", ["billing", "blog", "notifications"])
@pytest.mark.usefixtures("app", "day")
def test_without_a_module_its_metrics_are_left_out(
    client: FlaskClient,
    login_as: LoginAs,
    without_module: Callable[[str], None],
    missing: str,
) -> None:
    without_module(missing)
    login_as(role="admin")
    page = client.get("/dashboard/").text
    theirs = {
        "billing": {"plan", "revenue"},
        "blog": {"my-posts", "posts"},
        "notifications": {"unread"},
    }
    assert not theirs[missing] & (metrics(page).keys() | set(charts(page)))
    assert metrics(page)["members"] == "2"


@pytest.mark.usefixtures("app", "day")
@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_table_has_a_row_for_each_day(
    client: FlaskClient, login_as: LoginAs, days: int
) -> None:
    projection.add(utcnow().date() - timedelta(days=days), signups=77)
    session.commit()
    login_as(role="admin")
    page = client.get(f"/dashboard/?days={days}").text
    assert page.count("<tr><td>") == days * len(charts(page))
    assert f"Sign-ups per day: 2 in {days} days" in page


@pytest.mark.parametrize("days", ["", "0", "31", "-7", "x", "1e1"])
def test_other_days_are_refused(
    client: FlaskClient, login_as: LoginAs, days: str
) -> None:
    login_as()
    assert client.get(f"/dashboard/?days={days}").status_code == 400


@pytest.mark.usefixtures("app")
def test_an_empty_site_has_a_dashboard(client: FlaskClient, login_as: LoginAs) -> None:
    login_as(role="admin")
    assert metrics(client.get("/dashboard/").text)["members"] == "0"


def test_strangers_are_asked_to_log_in(client: FlaskClient) -> None:
    assert "/auth/login" in client.get("/dashboard/").location


def test_the_styles_are_served(client: FlaskClient) -> None:
    with client.get("/dashboard/static/dashboard.css") as styles:
        assert ".chart" in styles.get_data(as_text=True)


@pytest.mark.usefixtures("app", "day")
def test_the_charts_are_drawn_anew_only_when_a_day_has_changed(
    client: FlaskClient, login_as: LoginAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Mock(wraps=charts_of_dashboard.last)
    monkeypatch.setattr(charts_of_dashboard, "last", draw)
    login_as()
    assert metrics(client.get("/dashboard/").text)["members"] == "2"
    client.get("/dashboard/")
    assert draw.call_count == 1
    projection.add(utcnow().date(), signups=1)
    session.commit()
    assert metrics(client.get("/dashboard/").text)["members"] == "3"
    projection.rebuild()
    client.get("/dashboard/")
    assert draw.call_count == 3


@pytest.mark.usefixtures("app", "day")
def test_what_was_drawn_for_admins_is_shown_to_nobody_else(
    client: FlaskClient, login_as: LoginAs
) -> None:
    login_as(role="admin")
    assert "sign-ups" in charts(client.get("/dashboard/").text)
    login_as()
    page = client.get("/dashboard/").text
    assert "sign-ups" not in charts(page)
    assert "revenue" not in metrics(page)


@pytest.mark.needs("blog")
@pytest.mark.usefixtures("app", "day")
def test_with_the_day_the_charts_change(
    client: FlaskClient, login_as: LoginAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    login_as()
    today = utcnow()
    assert f"{today:%Y-%m-%d}" in client.get("/dashboard/").text
    for file in (report, charts_of_dashboard):
        monkeypatch.setattr(file, "utcnow", lambda: today + timedelta(days=1))
    page = client.get("/dashboard/").text
    assert f"{today + timedelta(days=1):%Y-%m-%d}" in page
