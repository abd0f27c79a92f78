"""Notifications: one's own, read and unread, by mail or not."""

from __future__ import annotations

import pytest

from .apps import WELCOME
from .lists import complete, walk
from .texts import CONFIRM_SUBJECT, ON_PRO

pytestmark = pytest.mark.needs("notifications")


PREFERENCES = "/notifications/preferences"


def mark_all(person):
    return person.get("/notifications/").form("/notifications/read").submit()


def unread(page):
    return [tag for tag in page.items.values() if tag.has_attr("data-unread")]


def set_mail(person, wanted):
    form = person.get(PREFERENCES).expect(200).form(PREFERENCES)
    return form.fill(email=wanted).submit()


def test_a_newcomer_is_welcomed_once(member):
    page = member.notified(WELCOME).heading("Notifications")
    assert len(page.items) == 1
    assert page.has("[data-id] time[datetime]")


def test_new_ones_are_unread(member):
    assert len(unread(member.notified(WELCOME))) == 1


@pytest.mark.needs("billing")
def test_newest_come_first(pro):
    pro.notified(WELCOME)
    page = pro.notified(ON_PRO)
    first, *_ = page.items.values()
    assert ON_PRO in first.get_text()


@pytest.mark.needs("billing")
def test_one_can_be_marked_as_read(pro):
    pro.notified(WELCOME)
    page = pro.notified(ON_PRO)
    first, second = page.items
    page.form(f"/notifications/{first}/read").submit().expect(302)
    page = pro.get("/notifications/")
    assert not page.items[first].has_attr("data-unread")
    assert page.items[second].has_attr("data-unread")


@pytest.mark.needs("billing")
def test_marking_leads_to_what_it_is_about(pro):
    page = pro.notified(ON_PRO)
    form = page.form(f"/notifications/{next(iter(page.items))}/read")
    form.submit().expect(302).follow().expect(200)


def test_marking_twice_changes_nothing(member):
    page = member.notified(WELCOME)
    form = page.form(f"/notifications/{next(iter(page.items))}/read")
    form.submit().expect(302)
    form.submit().expect(302)
    assert not unread(member.get("/notifications/"))


@pytest.mark.needs("billing")
def test_all_can_be_marked_as_read(pro):
    pro.notified(WELCOME)
    pro.notified(ON_PRO)
    mark_all(pro).to("/notifications/")
    page = pro.get("/notifications/")
    assert len(page.items) == 2
    assert not unread(page)


def test_marking_all_leaves_others_alone(member, other):
    member.notified(WELCOME)
    other.notified(WELCOME)
    mark_all(member)
    assert len(unread(other.get("/notifications/"))) == 1


def test_one_of_somebody_else_is_not_found(member, other):
    theirs = next(iter(other.notified(WELCOME).items))
    assert theirs not in member.notified(WELCOME).items
    member.forge(f"/notifications/{theirs}/read").expect(404)
    assert len(unread(other.get("/notifications/"))) == 1


@pytest.mark.parametrize("id", ["0", "999999999", "99999999999999999999", "x"])
def test_an_unknown_one_is_not_found(reader, id):
    reader.forge(f"/notifications/{id}/read").expect(404)


def test_mails_are_on_at_first(member):
    page = member.get(PREFERENCES).expect(200)
    assert page.control("email")["type"] == "checkbox"
    assert page.control("email").has_attr("checked")


def test_the_choice_is_kept(member):
    set_mail(member, False).expect(302)
    assert not member.get(PREFERENCES).control("email").has_attr("checked")
    set_mail(member, True).expect(302)
    assert member.get(PREFERENCES).control("email").has_attr("checked")


@pytest.mark.needs("billing")
def test_without_mails_the_notification_still_comes(member):
    set_mail(member, False)
    member.pay(member.checkout(), "declined")
    member.notified("Your payment failed")
    member.go_pro()
    member.notified(ON_PRO)
    subjects = [mail.subject for mail in member.mailbox.settled(member.email)]
    assert subjects == [CONFIRM_SUBJECT], f"expected no other, got {subjects}"


def test_without_mails_a_password_can_still_be_reset(member):
    set_mail(member, False)
    member.ask_for_reset()
    assert member.reset_link()


@pytest.mark.needs("blog")
def test_the_text_of_a_notification_is_escaped(member, admin):
    post = member.publish("<b>Bold</b> & “quoted”")
    admin.get(post).form(f"{post}/remove").submit().expect(302)
    page = member.notified("was removed")
    page.says("Your post “<b>Bold</b> & “quoted”” was removed")
    page.hides("<b>Bold</b>")


@pytest.mark.needs("blog")
def test_removing_ones_own_post_as_admin_is_fine(admin):
    post = admin.publish("An admin's own")
    admin.get(post).form(f"{post}/remove").submit().to("/blog/")
    admin.get(post).expect(404)


@pytest.mark.needs("billing")
def test_notifications(pro):
    for _ in range(20):
        pro.get("/billing/").form("/billing/cancel").submit()
        pro.get("/billing/").form("/billing/resume").submit()

    def all_arrived(page):
        return (older := page.older()) is not None and len(older.items) == 2

    pro.eventually("/notifications/", all_arrived)
    complete(walk(pro.get("/notifications/")), 20, 22)


def test_a_confirmation_welcomes_with_a_notification(member):
    member.notified(WELCOME)
