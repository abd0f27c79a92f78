"""Requests at the same moment keep what accounts, posts and roles promise."""

from __future__ import annotations

from uuid import uuid4

import pytest

from .at_once import at_once

# In one line, where the generator looks for it.
pytestmark = [pytest.mark.needs("admin", "billing", "blog", "dashboard", "notifications"), pytest.mark.in_process]  # fmt: skip  # noqa: E501

AT_ONCE = 4


def browsers(people, person, count=AT_ONCE):
    """Log a person in with several browsers; return each with its form token."""
    found = [people.again(person) for _ in range(count)]
    for browser in found:
        browser.log_in().expect(302)
    return [(browser, browser.token()) for browser in found]


def send_at_once(pairs, path, **fields):
    """Send the same form from each browser at the same moment; return the pages."""
    return at_once(
        [
            lambda b=browser, t=token: b.post(path, {"csrf_token": t} | fields)
            for browser, token in pairs
        ]
    )


def no_error_of_ours(pages):
    for page in pages:
        if page.status >= 500:
            page.fail("expected no error of ours")


@pytest.mark.needs("billing", "blog")
def test_the_plan_limit_holds_for_new_posts(crowd):
    member = crowd.member()
    texts = {"title": "A title", "body": "Words.", "action": "publish"}
    pages = at_once(
        [
            lambda b=browser, t=token: b.post(
                "/blog/new",
                texts | {"csrf_token": t, "idempotency_key": str(uuid4())},
            )
            for browser, token in browsers(crowd, member, 6)
        ]
    )
    no_error_of_ours(pages)
    assert sorted(page.status for page in pages) == [302] * 3 + [422] * 3
    assert len(member.get("/blog/").items) == 3


@pytest.mark.needs("billing", "blog", "dashboard")
def test_the_plan_limit_holds_for_drafts(crowd):
    member = crowd.member()
    drafts = [member.draft() for _ in range(6)]
    texts = {"title": "A title", "body": "Words.", "action": "publish"}
    pages = at_once(
        [
            lambda b=browser, t=token, d=draft: b.post(
                f"{d}/edit", texts | {"csrf_token": t}
            )
            for (browser, token), draft in zip(
                browsers(crowd, member, 6), drafts, strict=True
            )
        ]
    )
    no_error_of_ours(pages)
    assert len(crowd.stranger().get("/blog/").items) == 3


@pytest.mark.needs("blog", "dashboard")
def test_a_draft_is_published_and_deleted_once(crowd):
    member, author = crowd.member(), crowd.member()
    draft = author.draft()
    texts = {"title": "A title", "body": "Words.", "action": "publish"}
    pairs = browsers(crowd, author)
    no_error_of_ours(send_at_once(pairs, f"{draft}/edit", **texts))
    assert member.get("/dashboard/").metric("posts") == "1"
    no_error_of_ours(send_at_once(pairs, f"{draft}/delete"))
    assert crowd.member().get("/dashboard/").metric("posts") == "0"


@pytest.mark.needs("dashboard", "notifications")
def test_a_link_confirms_once(crowd):
    person = crowd.registered()
    path = person.confirmation()
    pairs = [
        (browser, browser.token())
        for browser in [crowd.again(person) for _ in range(AT_ONCE)]
    ]
    pages = send_at_once(pairs, path, password=person.password)
    assert sorted(page.status for page in pages) == [302] + [400] * (AT_ONCE - 1)
    person.log_in().expect(302)
    assert len(person.get("/notifications/").items) == 1
    assert person.get("/dashboard/").metric("members") == "2"  # with the admin


def test_a_link_resets_once(crowd):
    person = crowd.confirmed()
    person.ask_for_reset()
    path = person.reset_link()
    pairs = [
        (browser, browser.token())
        for browser in [crowd.again(person) for _ in range(AT_ONCE)]
    ]
    passwords = [f"a new long password {number}" for number in range(AT_ONCE)]
    pages = at_once(
        [
            lambda b=browser, t=token, p=password: b.post(
                path, {"csrf_token": t, "password": p}
            )
            for (browser, token), password in zip(pairs, passwords, strict=True)
        ]
    )
    assert sorted(page.status for page in pages) == [302] + [400] * (AT_ONCE - 1)
    (chosen,) = [
        password
        for page, password in zip(pages, passwords, strict=True)
        if page.status == 302
    ]
    person.log_in(password=chosen).expect(302)


@pytest.mark.needs("dashboard")
def test_an_account_is_deleted_once(crowd):
    watcher, person = crowd.member(), crowd.member()
    pairs = browsers(crowd, person)
    pages = send_at_once(pairs, "/auth/account/delete", password=person.password)
    no_error_of_ours(pages)
    assert watcher.get("/dashboard/").metric("members") == "2"  # with the admin


def second_admin(crowd):
    """Return two admins of a site that has no other."""
    first, second = crowd.admin(), crowd.member()
    first.administer(second, "role", role="admin").expect(302)
    assert second.get("/admin/").status == 200
    return first, second


@pytest.mark.needs("admin")
@pytest.mark.parametrize("action", ["role", "deactivate"])
def test_an_admin_is_left_after_two_demote_each_other(crowd, action):
    admins = second_admin(crowd)
    paths = [admins[0].user_page(admins[1]), admins[1].user_page(admins[0])]
    tokens = [admin.token() for admin in admins]
    pages = at_once(
        [
            lambda a=admin, p=path, t=token: a.post(
                f"{p}/{action}", {"csrf_token": t, "role": "member"}
            )
            for admin, path, token in zip(admins, paths, tokens, strict=True)
        ]
    )
    no_error_of_ours(pages)
    assert 200 in [admin.get("/admin/").status for admin in admins]


@pytest.mark.needs("admin")
def test_an_admin_is_left_after_both_delete_themselves(crowd):
    admins = second_admin(crowd)
    tokens = [admin.token() for admin in admins]
    pages = at_once(
        [
            lambda a=admin, t=token: a.post(
                "/auth/account/delete", {"csrf_token": t, "password": a.password}
            )
            for admin, token in zip(admins, tokens, strict=True)
        ]
    )
    no_error_of_ours(pages)
    assert 200 in [admin.get("/admin/").status for admin in admins]
