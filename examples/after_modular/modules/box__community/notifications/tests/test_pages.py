"""The pages: what a browser gets."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from modules.box__community.notifications import api, inbox
from modules.box__community.notifications.models import Notification, session


def notify(text: str = "News", *, user_id: int = 7, link: str | None = None) -> int:
    """Put a notification into an inbox and return its id."""
    inbox.notify(user_id, text, link)
    session.commit()
    newest: int | None = session.scalar(sa.select(sa.func.max(Notification.id)))
    assert newest is not None
    return newest


@pytest.mark.usefixtures("reader")
def test_the_inbox(client: FlaskClient) -> None:
    assert "No notifications yet." in client.get("/notifications/").text
    notify("Older", link="/blog/1")
    notify("<b>Newer</b>")
    notify("Not mine", user_id=8)
    page = client.get("/notifications/").text
    assert page.index("&lt;b&gt;Newer&lt;/b&gt;") < page.index("Older")
    assert '<a href="/blog/1">Older</a>' in page
    assert page.count("data-unread") == 2
    assert "Not mine" not in page


@pytest.mark.usefixtures("reader")
def test_a_long_inbox_has_pages(client: FlaskClient) -> None:
    for number in range(21):
        notify(f"News {number}")
    page = client.get("/notifications/").text
    assert page.count("data-id") == 20
    assert 'rel="next"' in page


@pytest.mark.usefixtures("reader")
def test_reading_leads_to_what_it_is_about(client: FlaskClient) -> None:
    linked, plain = notify(link="/blog/1"), notify()
    assert client.post(f"/notifications/{linked}/read").location == "/blog/1"
    assert client.post(f"/notifications/{plain}/read").location == "/notifications/"
    assert api.count_unread(7) == 0


@pytest.mark.usefixtures("reader")
def test_reading_all_leaves_others_alone(client: FlaskClient) -> None:
    notify(), notify(), notify(user_id=8)
    assert client.post("/notifications/read").location == "/notifications/"
    assert (api.count_unread(7), api.count_unread(8)) == (0, 1)


@pytest.mark.usefixtures("reader")
def test_what_others_were_told_is_not_found(client: FlaskClient) -> None:
    theirs = notify(user_id=8)
    assert client.post(f"/notifications/{theirs}/read").status_code == 404
    assert client.post("/notifications/99/read").status_code == 404
    assert api.count_unread(8) == 1


@pytest.mark.usefixtures("reader")
def test_preferences(client: FlaskClient) -> None:
    url = "/notifications/preferences"
    assert "checked" in client.get(url).text
    unchecked = {"csrf_token": "of the form"}
    page = client.post(url, data=unchecked, follow_redirects=True)
    assert "Saved." in page.text
    assert "checked" not in client.get(url).text
    client.post(url, data={"email": "y"})
    assert "checked" in client.get(url).text


def test_strangers_log_in_first(client: FlaskClient) -> None:
    for url in ("/notifications/", "/notifications/preferences"):
        assert client.get(url).status_code == 302


def test_the_styles_are_served(client: FlaskClient) -> None:
    with client.get("/notifications/static/notifications.css") as styles:
        assert "[data-unread]" in styles.get_data(as_text=True)
