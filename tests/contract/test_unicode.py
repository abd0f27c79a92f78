"""Text of all kinds goes in and comes out the same."""

from __future__ import annotations

import unicodedata

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


@any_text
def test_a_name(people, text):
    person = people.stranger()
    person.name = text
    person.register().expect(302)
    person.confirm()
    person.log_in().expect(302)
    assert person.get("/auth/account").value("name") == text


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


@pytest.mark.parametrize(
    "path",
    [
        "/blog/%ff",
        "/%00",
        "/blog/?page=%ff",
        "/?a=%00",
    ],
)
def test_a_path_that_is_no_text_breaks_nothing(visitor, path):
    page = visitor.get(path)
    assert page.status in (200, 400, 404), page.fail("expected 200, 400 or 404")
