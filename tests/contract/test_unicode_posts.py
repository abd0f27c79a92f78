"""Posts with text of all kinds."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from .test_unicode import any_text

pytestmark = pytest.mark.needs("blog")


@any_text
def test_a_post(member, visitor, text):
    post = member.publish(text, text)
    visitor.get(post).expect(200).heading(text)
    assert member.get(f"{post}/edit").value("title") == text
    assert member.get(f"{post}/edit").value("body") == text
    feed = ElementTree.fromstring(visitor.get("/blog/feed.atom").response.content)
    titles = [tag.text for tag in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert text in titles


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


@pytest.mark.parametrize("text", ["null\x00", "bell\x07"], ids=ascii)
def test_control_characters_in_a_body_break_nothing(member, visitor, text):
    page = member.write("A title", f"Words {text} here")
    assert page.status in (302, 422), page.fail("expected 302 or 422")
    visitor.get("/blog/").expect(200)
    ElementTree.fromstring(visitor.get("/blog/feed.atom").response.content)


def test_a_text_that_turns_direction_stays_in_its_place(member, visitor):
    post = member.publish("Right \u202e to left", "Words.")
    visitor.get(post).expect(200)
    visitor.get("/blog/").expect(200)


def test_lengths_count_characters_not_bytes(member):
    member.get(member.publish("é" * 120, "🖋" * 20_000)).heading("é" * 120)
    member.write("é" * 121).expect(422).error("title")


@any_text
def test_the_name_of_an_author(people, text):
    person = people.stranger()
    person.name = text
    person.register().expect(302)
    person.confirm()
    person.log_in().expect(302)
    person.get(person.publish()).says(text)
