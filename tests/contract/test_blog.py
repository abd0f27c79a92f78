"""Writing, reading, changing and removing posts."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from .lists import complete, walk
from .test_account import ACCOUNT, export, rename
from .test_errors import friendly
from .test_long_text import MARKS, SECONDS
from .test_security import expired

pytestmark = pytest.mark.needs("blog")

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def title():
    """A title that no other post has."""
    return f"On writing {uuid4().hex[:8]}"


def post_id(path):
    return path.rsplit("/", 1)[-1]


def feed(visitor):
    page = visitor.get("/blog/feed.atom").expect(200)
    assert page.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(page.response.content)


def test_the_blog_is_public(visitor):
    page = visitor.get("/blog/").expect(200).heading("Blog")
    link = page.one('link[rel="alternate"][type="application/atom+xml"]')
    assert urlsplit(link["href"]).path == "/blog/feed.atom"


def test_a_published_post_can_be_read(member, visitor, title):
    page = member.write(title, "First words.").expect(302)
    assert re.fullmatch(r"/blog/\d+", page.location)
    page.follow().flash("Post published.")
    page = visitor.get(page.location).expect(200).heading(title)
    page.says(member.name).says("First words.")
    assert page.has("main time[datetime]")


def test_a_published_post_is_first_in_the_list(member, visitor, title):
    path = member.publish(title, "Words of the *excerpt*.")
    page = visitor.get("/blog/").link(path)
    first = next(iter(page.items.values()))
    text = " ".join(first.get_text(" ").split())
    for part in (title, member.name, "excerpt"):
        assert part in text, f"expected “{part}” in the first item, got “{text}”"
    assert first.find("time")["datetime"]


def test_an_excerpt_is_short_and_plain(member, visitor, title):
    path = member.publish(title, "**Bold** start. " + "word " * 500)
    item = visitor.get("/blog/").items[post_id(path)]
    assert "Bold start." in " ".join(item.get_text().split())
    assert len(item.get_text()) < 500
    assert "**" not in item.get_text()


def test_a_draft_is_seen_by_its_author_alone(member, other, visitor, title):
    page = member.write(title, action="draft").expect(302)
    page.follow().flash("Draft saved.").says("Draft")
    member.get(page.location).expect(200).heading(title)
    other.get(page.location).expect(404)
    visitor.get(page.location).expect(404)
    visitor.get("/blog/").hides(title)
    visitor.get("/blog/feed.atom").hides(title)


def test_an_admin_sees_drafts(member, admin, title):
    admin.get(member.draft(title)).expect(200).heading(title).says("Draft")


def test_markdown_is_rendered(member, visitor, title):
    body = "A **strong** word\n\n- one\n- two\n\n[a link](https://example.com/)"
    page = visitor.get(member.publish(title, body))
    assert page.one("main strong").get_text() == "strong"
    assert len(page.soup.select("main li")) >= 2
    assert page.has('main a[href="https://example.com/"]')


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert('x')</script>",
        "<img src=x onerror=alert('x')>",
        "[a](javascript:alert('x'))",
        "![a](javascript:alert('x'))",
        "<javascript:alert('x')>",
        "[a](data:text/html,alert('x'))",
        "[a](https://example.com/ \"'><script>alert('x')</script>\")",
    ],
    ids=range(7),
)
def test_hostile_markdown_stays_text(member, visitor, title, attack):
    page = visitor.get(member.publish(title, attack)).expect(200)
    assert not page.has("main script")
    assert not page.has("main [onerror]")
    for tag in page.soup.select("main [href], main [src]"):
        target = str(tag.get("href") or tag.get("src")).lower()
        assert not target.startswith(("javascript:", "data:")), tag


def test_a_hostile_title_stays_text(member, visitor):
    title = f"<script>alert(1)</script> {uuid4().hex[:6]} \"'>&amp;"
    post = member.publish(title)
    visitor.get(post).heading(title)
    for path in (post, "/blog/", "/blog/feed.atom"):
        visitor.get(path).expect(200).hides("<script>alert")
    member.get(f"{post}/edit").hides("<script>alert")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "t" * 121),
        ("body", ""),
        ("body", " \n "),
        ("body", "b" * 20_001),
    ],
    ids=["no-title", "blank-title", "long-title", "no-body", "blank-body", "long-body"],
)
def test_a_bad_post_is_refused_and_kept_in_the_form(member, field, value):
    fields = {"title": "A good title", "body": "A good body.", field: value}
    page = member.write(**fields).expect(422).error(field)
    good = {"title": "body", "body": "title"}[field]
    assert page.value(good) == fields[good]
    assert not member.get("/blog/mine").items


def test_a_post_at_the_limits_is_accepted(member):
    post = member.publish("t" * 120, "b" * 20_000)
    member.get(post).heading("t" * 120)


@pytest.mark.parametrize("action", [None, "", "delete"])
def test_a_missing_or_unknown_action_is_refused(member, action):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    form.fill(title="A title", body="A body.")
    form = form.without("action") if action is None else form.smuggle(action=action)
    page = form.submit().expect(422)
    assert page.value("title") == "A title"
    assert not member.get("/blog/mine").items


def test_sending_a_new_post_twice_makes_one(member, title):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    form.fill(title=title, body="Once.")
    first = form.submit().expect(302).location
    form.submit().to(first)
    assert len(member.get("/blog/mine").items) == 1


def test_a_key_of_somebody_else_does_not_give_their_post(member, other, title):
    form = other.get("/blog/new").form("/blog/new", action="draft")
    theirs = form.fill(title=title, body="Mine.").submit().expect(302).location
    mine = member.get("/blog/new").form("/blog/new", action="draft")
    mine.fill(title=title, body="Also mine.")
    mine.smuggle(idempotency_key=form.data["idempotency_key"])
    page = mine.submit()
    assert page.status < 500
    assert page.location != theirs


def test_the_author_cannot_be_smuggled_in(member, other, title):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    form.fill(title=title, body="Mine.").smuggle(author_id="1", user_id="1")
    member.get(form.submit().expect(302).location).says(member.name)


def test_an_author_can_edit(member, visitor, title):
    post = member.publish("Old title", "Old words.")
    page = member.get(post).link(f"{post}/edit")
    page = member.edit(post, title=title, body="**New** words.").to(post).follow()
    assert page.has("p.flash-success")
    page = visitor.get(post).heading(title).says("New words.")
    assert page.one("main strong").get_text() == "New"
    visitor.get("/blog/").hides("Old title")


def test_the_edit_form_holds_what_was_written(member):
    body = "\n  Indented *Markdown*\n\nwith <html> & more\n"
    post = member.publish("A “title” & more", body)
    page = member.get(f"{post}/edit").expect(200)
    assert page.value("title") == "A “title” & more"
    assert page.value("body").replace("\r\n", "\n").strip() == body.strip()


def test_a_bad_edit_is_refused(member):
    post = member.publish("A good title")
    page = member.edit(post, title="", body="Kept words.").expect(422).error("title")
    assert page.value("body") == "Kept words."
    member.get(post).heading("A good title")


def test_editing_keeps_the_date_and_place(member, visitor):
    first, second = member.publish("The first"), member.publish("The second")
    member.edit(first, title="The first, edited").expect(302)
    order = [*visitor.get("/blog/").items]
    assert order.index(post_id(second)) < order.index(post_id(first))


def test_a_draft_can_be_published(member, visitor, title):
    post = member.draft(title)
    member.edit(post).to(post).follow().flash("Post published.")
    visitor.get(post).expect(200).heading(title)
    visitor.get("/blog/").says(title)


def test_a_post_can_be_unpublished(member, visitor, title):
    post = member.publish(title)
    member.edit(post, action="draft").to(post)
    visitor.get(post).expect(404)
    visitor.get("/blog/").hides(title)


def test_a_post_of_somebody_else_cannot_be_edited(member, other):
    post = other.publish("Hands off")
    path = f"{post}/edit"
    form = other.get(path).form(path, action="publish").fill(title="Taken over")
    member.get(path).expect(403)
    form.submit_as(member).expect(403)
    other.get(post).heading("Hands off")
    assert not member.get(post).has(f'a[href="{path}"]')


def test_a_draft_of_somebody_else_cannot_even_be_found(member, other):
    post = other.draft("Not yours")
    member.get(f"{post}/edit").expect(404)


def test_a_visitor_who_edits_is_asked_to_log_in(member, visitor):
    post = member.publish()
    visitor.get(f"{post}/edit").to(f"/auth/login?next={post}/edit")


def test_an_author_can_delete(member, visitor, title):
    post = member.publish(title)
    member.delete(post).to("/blog/mine").follow().flash("Post deleted.").hides(title)
    member.get(post).expect(404)
    visitor.get("/blog/").hides(title)


def test_deleting_twice_is_not_found(member):
    post = member.publish()
    form = member.get(post).form(f"{post}/delete")
    form.submit().expect(302)
    form.submit().expect(404)


def test_a_post_of_somebody_else_cannot_be_deleted(member, other):
    post = other.publish("Still here")
    assert not member.get(post).has_form(f"{post}/delete")
    member.forge(f"{post}/delete").expect(403)
    member.get(post).heading("Still here")


def test_ones_own_posts_are_listed_with_drafts_marked(member, other):
    published, draft = member.publish("A public one"), member.draft("A draft one")
    other.publish("Not mine")
    page = member.get("/blog/mine").expect(200).heading("My posts")
    assert {*page.items} == {post_id(published), post_id(draft)}
    assert "Draft" in page.items[post_id(draft)].get_text()
    assert "Draft" not in page.items[post_id(published)].get_text()
    page.hides("Not mine")


@pytest.mark.parametrize(
    "path", ["/blog/0", "/blog/999999999", "/blog/99999999999999999999", "/blog/-1"]
)
def test_an_unknown_post_is_not_found(visitor, reader, path):
    visitor.get(path).expect(404)
    reader.get(f"{path}/edit").expect(404)


@pytest.mark.needs("notifications")
def test_an_admin_can_remove_a_post(member, admin, visitor, title):
    post = member.publish(title)
    form = admin.get(post).says("Remove (admin)").form(f"{post}/remove")
    form.submit().to("/blog/").follow().flash("Post removed.")
    visitor.get(post).expect(404)
    member.notified(f"Your post “{title}” was removed")


def test_a_member_cannot_remove_a_post(member, other):
    post = other.publish("Stays")
    assert not member.get(post).has_form(f"{post}/remove")
    member.forge(f"{post}/remove").expect(403)
    member.get(post).expect(200)


def test_the_feed_lists_new_posts_with_absolute_links(member, visitor, title):
    post = member.publish(title)
    root = feed(visitor)
    entries = root.findall("a:entry", ATOM)
    assert len(entries) <= 20
    assert entries[0].findtext("a:title", namespaces=ATOM) == title
    site = str(visitor.client.base_url).rstrip("/")
    links = [link.get("href") for link in entries[0].findall("a:link", ATOM)]
    assert f"{site}{post}" in links, f"expected {site}{post}, got {links}"
    for link in root.iter(f"{{{ATOM['a']}}}link"):
        assert link.get("href").startswith(("http://", "https://"))


def test_the_feed_has_what_atom_requires(member, visitor):
    member.publish()
    root = feed(visitor)
    for element in [root, *root.findall("a:entry", ATOM)]:
        for required in ("id", "title", "updated"):
            assert element.findtext(f"a:{required}", namespaces=ATOM), required
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in root.iter()]
    assert len({*filter(None, ids)}) == len([*filter(None, ids)])


def test_a_new_name_shows_on_old_posts(member):
    post = member.publish()
    rename(member, f"Renamed {member.name}").expect(302)
    new = f"Renamed {member.name}"
    member.eventually(post, lambda page: new in page.words).says(new)
    member.eventually("/blog/", lambda page: new in page.words).says(new)


def test_the_export_holds_nothing_of_others(member, other):
    other.publish("Not for the export")
    page = member.get(f"{ACCOUNT}/export").expect(200)
    page.hides("Not for the export").hides(other.email)
    assert export(member)["posts"] == []


def test_a_deleted_account_takes_its_posts_along(member, visitor):
    title = f"Soon gone {member.name}"
    post = member.publish(title)
    member.delete_account()
    visitor.eventually(post, lambda page: page.status == 404).expect(404)
    visitor.get("/blog/").hides(title)
    visitor.get("/blog/feed.atom").hides(title)


@pytest.mark.in_process
def test_503_without_tables(elsewhere):
    visitor = elsewhere(initialize=False).stranger()
    page = visitor.get("/blog/")
    friendly(page, 503)
    page.heading("Temporarily unavailable").says("The database is not ready").says(
        "flask initialize"
    )


def test_a_huge_form_is_refused(member):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    form.fill(title="A title", body="b" * 1_200_000).submit().expect(413)
    assert not member.get("/blog/mine").items


def test_the_page_that_was_asked_for_comes_after_log_in(people):
    person = people.confirmed()
    asked = person.get("/blog/new").to("/auth/login?next=/blog/new")
    person.log_in(asked.location).to("/blog/new")


@pytest.mark.parametrize("text", [MARKS, "t" * 400_000])
def test_a_post_that_is_far_too_long(member, text):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    start = time.perf_counter()
    form.fill(title=text, body=text).submit().expect(422).error("title").error("body")
    assert time.perf_counter() - start < SECONDS


def test_ones_own_posts(member):
    for number in range(21):
        member.draft(f"Draft {number}")
    complete(walk(member.get("/blog/mine")), 20, 21)


def test_a_full_page_alone_has_no_next(member):
    for number in range(20):
        member.draft(f"Draft {number}")
    assert member.get("/blog/mine").older() is None


@pytest.mark.needs("billing")
def test_the_blog(pro, visitor):
    posts = [pro.publish(f"Post {n}").rsplit("/", 1)[-1] for n in range(25)]
    first = visitor.get("/blog/")
    second = first.older()
    assert len(first.items) == 20
    assert [*first.items, *second.items][:25] == posts[::-1]


@pytest.mark.needs("billing")
def test_a_next_link_is_named(pro, visitor):
    for number in range(21):
        pro.publish(f"Post {number}")
    assert visitor.get("/blog/").one('a[rel~="next"]').get_text(strip=True) == "Older"


@pytest.mark.needs("billing")
def test_a_next_link_that_was_tampered_with_is_refused(pro, visitor):
    for number in range(21):
        pro.publish(f"Post {number}")
    link = visitor.get("/blog/").one('a[rel~="next"]')["href"]
    name = parse_qsl(urlsplit(link).query)[0][0]
    visitor.get("/blog/", params={name: "not-a-page"}).expect(400)


@pytest.mark.parametrize("suffix", ["edit", "delete"])
def test_a_form_of_a_post_needs_its_token(member, suffix):
    post = member.publish("Stays")
    page = member.get(f"{post}/edit" if suffix == "edit" else post)
    expired(page.form(f"{post}/{suffix}").without("csrf_token").submit())
    member.get(post).heading("Stays")


def test_a_new_post_needs_its_token(member):
    form = member.get("/blog/new").form("/blog/new", action="publish")
    expired(form.fill(title="T", body="B").without("csrf_token").submit())


def test_removing_a_post_needs_its_token(admin, member):
    post = member.publish("Stays")
    expired(admin.get(post).form(f"{post}/remove").without("csrf_token").submit())
    member.get(post).expect(200)


@pytest.mark.in_process
def test_initializing_twice_loses_nothing(elsewhere):
    people = elsewhere()
    member = people.member()
    post = member.publish("Still here")
    assert "Database:" in people.site.flask("initialize")
    member.get(post).expect(200).heading("Still here")
