"""Sessions end with the logout, with time, and from the page "Your sessions"."""

from __future__ import annotations

import pytest

from .test_account import NEW_PASSWORD, change_password

SESSIONS = "/auth/account/sessions"


def copy_of(person, people, *names):
    """Return another browser with copies of these cookies."""
    thief = people.again(person)
    for name in names:
        thief.client.cookies.set(name, person.cookie(name))
    return thief


def remembered(people):
    person = people.confirmed()
    person.log_in(remember=True).expect(302)
    return person


def test_a_copied_session_cookie_is_dead_after_the_logout(people, member):
    thief = copy_of(member, people, "session")
    assert thief.is_logged_in()
    member.log_out()
    assert not thief.is_logged_in()


def test_a_copied_remember_cookie_is_dead_after_the_logout(people):
    person = remembered(people)
    thief = copy_of(person, people, "remember_token")
    assert thief.is_logged_in()
    person.log_out()
    other = people.again(person)
    other.client.cookies.set("remember_token", thief.cookie("remember_token"))
    assert not thief.is_logged_in()
    assert not other.is_logged_in()


def test_a_copied_cookie_is_dead_after_a_change_of_the_password(people, member):
    thief = copy_of(member, people, "session")
    change_password(member, member.password, NEW_PASSWORD).expect(302)
    assert member.is_logged_in()
    assert not thief.is_logged_in()


def test_the_page_lists_each_browser(people, member):
    second = people.again(member)
    second.client.headers["user-agent"] = "Mozilla/5.0 (X11) <b>Second</b>"
    second.log_in().expect(302)
    member.get("/auth/account").link(SESSIONS)
    page = member.get(SESSIONS).expect(200).heading("Your sessions")
    assert len(page.items) == 2
    page.says("This browser").says("<b>Second</b>").hides("<b>Second</b>")


def test_another_session_can_be_ended(people, member):
    second = people.again(member)
    second.log_in().expect(302)
    page = member.get(SESSIONS)
    ends = [f"{SESSIONS}/{item}/end" for item in page.items]
    (path,) = [path for path in ends if page.has_form(path)]
    page.form(path).submit().to(SESSIONS).follow().flash("The session has been ended.")
    assert member.is_logged_in()
    assert not second.is_logged_in()


def test_all_other_sessions_can_be_ended(people, member):
    others = [people.again(member) for _ in range(2)]
    for other in others:
        other.log_in(remember=True).expect(302)
    page = member.get(SESSIONS).form(f"{SESSIONS}/end").submit().to(SESSIONS).follow()
    page.flash("All other sessions have been ended.")
    assert len(page.items) == 1
    assert member.is_logged_in()
    for other in others:
        assert not other.is_logged_in()
        other.forget("session")
        assert not other.is_logged_in()


def test_the_sessions_of_another_member_are_out_of_reach(member, other):
    (victims,) = other.get(SESSIONS).items
    member.forge(f"{SESSIONS}/{victims}/end").expect(404)
    member.forge(f"{SESSIONS}/end").expect(302)
    assert other.is_logged_in()


@pytest.mark.in_process
def test_an_idle_session_ends_after_12_hours(member, later):
    with later(hours=11):
        assert member.is_logged_in()
    with later(hours=22):
        assert member.is_logged_in()
    with later(hours=35):
        assert not member.is_logged_in()


@pytest.mark.in_process
def test_a_session_in_use_ends_after_7_days(member, later):
    for hours in range(6, 7 * 24, 6):
        with later(hours=hours):
            assert member.is_logged_in()
    with later(hours=7 * 24 + 1):
        assert not member.is_logged_in()


@pytest.mark.in_process
def test_an_idle_remembered_session_ends_after_14_days(people, later):
    person = remembered(people)
    with later(days=13):
        person.forget("session")
        assert person.is_logged_in()
    with later(days=28):
        person.forget("session")
        assert not person.is_logged_in()


@pytest.mark.in_process
def test_a_remembered_session_in_use_ends_after_31_days(people, later):
    person = remembered(people)
    for day in range(5, 31, 5):
        with later(days=day):
            assert person.is_logged_in()
    token = person.cookie("remember_token")
    with later(days=32):
        assert not person.is_logged_in()
        person.client.cookies.set("remember_token", token)
        assert not person.is_logged_in()
