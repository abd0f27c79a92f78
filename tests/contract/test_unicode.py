"""Text of all kinds goes in and comes out the same."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest

from .apps import START

TEXTS = {
    "accents": "Zoë Ångström-Đặng",
    "emoji": "🖋️ Ink 👩🏽‍💻 well",
    "arabic": "مرحبا بالعالم",
    "hebrew": "שלום עולם",
    "chinese": "你好世界",
    "quotes": 'O\'Brien "the" <b>&amp;',
    "astral": "𐍈𐌿𐌻𐍆 𝄞",
    "templates": "{{ 7 * 7 }} {% raw %} ${x} %s",
    "sql": "Robert'); DROP TABLE users;--",
}
any_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.mark.needs("blog")
@any_text
def test_a_name(people, text):
    person = people.stranger()
    person.name = text
    person.register().expect(302)
    person.confirm()
    person.log_in().expect(302)
    assert person.get("/auth/account").value("name") == text
    person.get(person.publish()).says(text)


@pytest.mark.needs("blog")
@any_text
def test_a_post(member, visitor, text):
    post = member.publish(text, text)
    visitor.get(post).expect(200).heading(text)
    assert member.get(f"{post}/edit").value("title") == text
    assert member.get(f"{post}/edit").value("body") == text
    feed = ElementTree.fromstring(visitor.get("/blog/feed.atom").response.content)
    titles = [tag.text for tag in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert text in titles


@pytest.mark.needs("blog")
@pytest.mark.parametrize(
    "text",
    ["null\x00", "bell\x07", "\x1b[31m", "vertical\x0btab", "\ufffe", "\x85"],
    ids=ascii,
)
def test_control_characters_in_a_title_break_nothing(member, visitor, text):
    page = member.write(f"A title {text} here")
    assert page.status in (302, 422), page.fail("expected 302 or 422")
    visitor.get("/blog/").expect(200)
    ElementTree.fromstring(visitor.get("/blog/feed.atom").response.content)


@pytest.mark.needs("blog")
@pytest.mark.parametrize("text", ["null\x00", "bell\x07"], ids=ascii)
def test_control_characters_in_a_body_break_nothing(member, visitor, text):
    page = member.write("A title", f"Words {text} here")
    assert page.status in (302, 422), page.fail("expected 302 or 422")
    visitor.get("/blog/").expect(200)
    ElementTree.fromstring(visitor.get("/blog/feed.atom").response.content)


@pytest.mark.needs("blog")
def test_a_text_that_turns_direction_stays_in_its_place(member, visitor):
    post = member.publish("Right \u202e to left", "Words.")
    visitor.get(post).expect(200)
    visitor.get("/blog/").expect(200)


@pytest.mark.needs("blog")
def test_lengths_count_characters_not_bytes(member):
    member.get(member.publish("é" * 120, "🖋" * 20_000)).heading("é" * 120)
    member.write("é" * 121).expect(422).error("title")


def test_an_international_address_can_be_used(people):
    person = people.stranger()
    person.email = f"zoë.{person.email}"
    person.register().expect(302)
    person.confirm()
    person.log_in().to(START)


def test_an_address_is_the_same_however_it_is_composed(people):
    person = people.stranger()
    person.email = f"zoë.{person.email}"
    person.register()
    person.confirm()
    person.log_in(email=unicodedata.normalize("NFD", person.email)).to(START)


def test_a_password_may_hold_any_characters(people):
    person = people.stranger()
    person.password = "пароль 🖋️ \u00e9\u0301 long"
    person.register().expect(302)
    person.confirm()
    person.log_in().to(START)


@pytest.mark.needs("admin")
def test_a_search_may_hold_any_characters(admin, people):
    person = people.stranger()
    person.name = f"你好 {person.name}"
    person.register()
    page = admin.get("/admin/users", params={"q": person.name}).expect(200)
    assert len(page.items) == 1


@pytest.mark.parametrize("path", ["/blog/%ff", "/%00", "/blog/?page=%ff", "/?a=%00"])
def test_a_path_that_is_no_text_breaks_nothing(visitor, path):
    page = visitor.get(path)
    assert page.status in (200, 400, 404), page.fail("expected 200, 400 or 404")
