from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from models import Post, Subscription, db, utcnow


def new_post(client, action="publish", **values):
    data = {
        "title": "Ink",
        "body": "Some *words*.",
        "action": action,
        "idempotency_key": str(uuid4()),
    } | values
    return client.post("/blog/new", data=data)


def test_publish(client, member):
    page = new_post(member)
    assert page.location == "/blog/1"
    assert "Post published." in member.get("/blog/1").text
    text = client.get("/blog/1").text
    assert "<em>words</em>" in text
    assert "Delete" not in text
    assert "Some words." in client.get("/blog/").text


def test_html_in_markdown_is_escaped(client, member):
    new_post(member, body="<script>alert(1)</script> [x](javascript:alert(1))")
    text = client.get("/blog/1").text
    assert "<script>" not in text
    assert 'href="javascript:' not in text


def test_a_draft_is_visible_to_its_author_and_admins(client, member, admin, log_in):
    new_post(member, "draft")
    assert "Draft" in member.get("/blog/1").text
    assert "Draft" in admin.get("/blog/1").text
    bob = log_in("bob@example.com")
    for stranger in (client, bob):
        assert stranger.get("/blog/1").status_code == 404
    assert bob.get("/blog/1/edit").status_code == 404
    assert admin.get("/blog/1/edit").status_code == 403
    assert 'data-id="1"' not in client.get("/blog/").text
    assert 'data-id="1"' in member.get("/blog/mine").text


def test_free_members_publish_at_most_three_posts(member, user_named):
    for _ in range(3):
        assert new_post(member).status_code == 302
    page = new_post(member, title="The fourth")
    assert page.status_code == 422
    assert "The Free plan allows 3 published posts." in page.text
    assert 'href="/billing/plans"' in page.text
    assert "The fourth" in page.text
    assert new_post(member, "draft").status_code == 302
    data = {"title": "T", "body": "B", "action": "publish"}
    assert member.post("/blog/4/edit", data=data).status_code == 422
    user = user_named("ada@example.com")
    end = utcnow() + timedelta(days=1)
    db.session.add(Subscription(user=user, reference="r", period_end=end))
    db.session.commit()
    assert member.post("/blog/4/edit", data=data).status_code == 302


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": " "}, "Title is required."),
        ({"title": "x" * 121}, "Use 1 to 120 characters."),
        ({"title": "x\x0by"}, "This contains a character"),
        ({"body": ""}, "Text is required."),
        ({"body": "x" * 20_001}, "Use 1 to 20,000 characters."),
        ({"action": "burn"}, "Publish the post or save it"),
    ],
)
def test_post_form_rejects_invalid_input(member, values, reason):
    page = new_post(member, **values)
    assert page.status_code == 422
    assert reason in page.text


def test_a_line_ending_counts_as_one_character(member):
    assert new_post(member, body="x\r\n" * 9_999 + "x").status_code == 302


def test_submitting_the_form_twice_creates_one_post(member):
    key = str(uuid4())
    first = new_post(member, idempotency_key=key)
    assert new_post(member, idempotency_key=key).location == first.location
    assert db.session.query(Post).count() == 1


def test_creating_a_post_requires_an_idempotency_key(member):
    assert new_post(member, idempotency_key="").status_code == 400


def test_edit_unpublish_and_publish(member, client):
    new_post(member)
    data = {"title": "Changed", "body": "New", "action": "publish"}
    page = member.post("/blog/1/edit", data=data, follow_redirects=True)
    assert "Post saved." in page.text
    assert "Changed" in client.get("/blog/1").text
    member.post("/blog/1/edit", data=data | {"action": "draft"})
    assert client.get("/blog/1").status_code == 404
    page = member.post("/blog/1/edit", data=data, follow_redirects=True)
    assert "Post published." in page.text


def test_other_users_cannot_edit_a_post(member, log_in, client):
    new_post(member)
    bob = log_in("bob@example.com")
    assert bob.get("/blog/1/edit").status_code == 403
    assert bob.post("/blog/1/delete").status_code == 403
    assert bob.post("/blog/1/remove").status_code == 403
    assert client.get("/blog/1/edit").location == "/auth/login?next=/blog/1/edit"


def test_delete(member):
    new_post(member)
    page = member.post("/blog/1/delete", follow_redirects=True)
    assert "Post deleted." in page.text
    assert member.get("/blog/1").status_code == 404
    assert new_post(member).location == "/blog/2"


def test_an_admin_removes_a_post_and_its_author_is_notified(member, admin, texts):
    new_post(member)
    assert "Remove (admin)" in admin.get("/blog/1").text
    page = admin.post("/blog/1/remove", follow_redirects=True)
    assert "Post removed." in page.text
    assert texts() == ["Your post “Ink” was removed"]


def test_lists_are_paginated(client, make_user, write):
    author = make_user()
    for number in range(21):
        write(author, f"Post {number}")
    first = client.get("/blog/").text
    assert first.count("data-id=") == 20
    assert '<a rel="next" href="?page=2">Older</a>' in first
    second = client.get("/blog/?page=2").text
    assert second.count("data-id=") == 1
    assert 'rel="next"' not in second
    for bad in ("0", "-1", "x", "²", "9" * 30):
        assert client.get("/blog/", query_string={"page": bad}).status_code == 400


def test_feed(client, make_user, write):
    author = make_user()
    write(author, "Tom & Jerry")
    write(author, "A draft", published=False)
    page = client.get("/blog/feed.atom")
    assert page.mimetype == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = ElementTree.fromstring(page.data).findall(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "Tom & Jerry"
    assert entry.find(f"{atom}link").get("href") == "http://localhost/blog/1"


@pytest.mark.parametrize("number", ["0", "99", "2147483648", "9" * 40])
def test_unknown_ids_are_not_found(client, number):
    assert client.get(f"/blog/{number}").status_code == 404
