"""The pages: what a browser gets."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from kernel import db
from modules.box__community.blog import posts
from modules.box__community.blog.models import Post

Write = Callable[..., Post]

pytestmark = pytest.mark.usefixtures("no_billing")


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Return the list to which every SQL statement of the test is added."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def form(**fields: str) -> dict[str, str]:
    """Return a post as the form of a browser sends it."""
    filled = {"title": "On rain", "body": "It rains.", "action": "publish"}
    return filled | {"idempotency_key": str(uuid4())} | fields


def test_the_list_is_one_query_on_an_index(
    client: FlaskClient, write: Write, statements: list[str]
) -> None:
    for number in range(22):
        write(f"Post {number}")
    statements.clear()
    page = client.get("/blog/").text
    assert page.count("data-id") == 20
    assert page.index("Post 21") < page.index("Post 20")
    assert len(statements) == 1
    plan = db.session.execute(
        sa.text(f"EXPLAIN QUERY PLAN {statements[0]}".replace("?", "20"))
    ).all()
    assert len(plan) == 1
    assert "ix_blog_post_published_at" in plan[0].detail


def test_a_post_is_one_query(
    client: FlaskClient, write: Write, statements: list[str]
) -> None:
    url = f"/blog/{write().id}"
    statements.clear()
    assert "<em>rains</em>" in client.get(url).text
    assert len(statements) == 1


def test_the_second_page(client: FlaskClient, write: Write) -> None:
    for number in range(22):
        write(f"Post {number}")
    first = client.get("/blog/").text
    cursor = first.partition("?before=")[2].partition('"')[0]
    second = client.get(f"/blog/?before={cursor}").text
    assert second.count("data-id") == 2
    assert "Post 1<" in second
    assert client.get("/blog/?before=x").status_code == 400


def test_a_draft_is_a_secret(
    client: FlaskClient, write: Write, login_as: Callable[..., int]
) -> None:
    url = f"/blog/{write(public=False).id}"
    assert client.get(url).status_code == 404
    login_as(8)
    assert client.get(url).status_code == 404
    login_as(7)
    assert "Draft" in client.get(url).text
    login_as(9, role="admin")
    assert "Remove (admin)" in client.get(url).text


@pytest.mark.usefixtures("author")
def test_write_edit_delete(client: FlaskClient) -> None:
    url = client.post("/blog/new", data=form(action="draft")).location
    page = client.get(f"{url}/edit").text
    assert "It rains." in page
    new = form(title="On snow")
    page = client.post(f"{url}/edit", data=new, follow_redirects=True).text
    assert "Post published." in page
    assert "<h1>On snow</h1>" in page
    assert "On snow" in client.get("/blog/mine").text
    page = client.post(f"{url}/delete", follow_redirects=True).text
    assert "Post deleted." in page
    assert client.get(url).status_code == 404


@pytest.mark.usefixtures("author")
@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("body", "a\0b"), ("body", "b" * 20_001), ("action", "sell")],
)
def test_a_bad_form_is_shown_again(client: FlaskClient, field: str, value: str) -> None:
    answer = client.post("/blog/new", data=form(**{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.usefixtures("author")
def test_a_form_without_its_key_is_refused(client: FlaskClient) -> None:
    answer = client.post("/blog/new", data=form(idempotency_key=""))
    assert answer.status_code == 400


@pytest.mark.usefixtures("author")
def test_at_the_limit_the_text_is_kept(
    client: FlaskClient, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(author_id: int, limit: int | None) -> None:
        raise posts.LimitReachedError("No more.")

    draft = write(public=False)
    monkeypatch.setattr(posts, "_check_limit", refuse)
    for url in ("/blog/new", f"/blog/{draft.id}/edit"):
        answer = client.post(url, data=form(title="Kept"))
        assert answer.status_code == 422
        assert "No more." in answer.text
        assert 'value="Kept"' in answer.text


@pytest.mark.usefixtures("author")
def test_what_others_wrote_is_theirs(client: FlaskClient, write: Write) -> None:
    url = f"/blog/{write(author_id=8).id}"
    for path in (f"{url}/edit", f"{url}/delete", f"{url}/remove"):
        assert client.post(path, data=form()).status_code == 403


def test_an_admin_removes_a_post(
    client: FlaskClient, write: Write, login_as: Callable[..., int]
) -> None:
    url = f"/blog/{write().id}"
    login_as(9, role="admin")
    page = client.post(f"{url}/remove", follow_redirects=True).text
    assert "Post removed." in page
    assert client.get(url).status_code == 404


def test_the_feed(client: FlaskClient, write: Write) -> None:
    empty = client.get("/blog/feed.atom")
    assert empty.content_type == "application/atom+xml"
    post, _draft = write("Rain & snow"), write("Secret", public=False)
    feed = client.get("/blog/feed.atom").text
    assert "Rain &amp; snow" in feed
    assert f"/blog/{post.id}" in feed
    assert "Secret" not in feed
    assert client.get("/blog/feed.atom").text == feed


def test_the_styles_are_served(client: FlaskClient) -> None:
    with client.get("/blog/static/" + "blog.css") as styles:
        assert ".prose" in styles.get_data(as_text=True)


def test_the_feed_is_sent_once(client: FlaskClient, write: Write) -> None:
    post = write()
    first = client.get("/blog/feed.atom")
    again = {"If-None-Match": first.headers["ETag"]}
    answer = client.get("/blog/feed.atom", headers=again)
    assert (answer.status_code, answer.data) == (304, b"")
    posts.revise(post, title="On snow", body="It *snows*.", public=True)
    assert "On snow" in client.get("/blog/feed.atom", headers=again).text
