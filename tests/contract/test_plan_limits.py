"""What a plan allows."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.needs("blog")

LIMIT = "The Free plan allows 3 published posts. Upgrade to publish more."


def fill_up(person):
    """Publish as many posts as the Free plan allows; return their paths."""
    return [person.publish(f"Post {number}") for number in (1, 2, 3)]


@pytest.mark.needs("billing")
def test_free_allows_three_published_posts(member):
    fill_up(member)
    page = member.write("The fourth", "Kept words.").expect(422).form_error(LIMIT)
    page.link("/billing/plans")
    assert page.value("title") == "The fourth"
    assert page.value("body") == "Kept words."
    assert len(member.get("/blog/mine").items) == 3


def test_drafts_do_not_count(member):
    for number in range(4):
        member.draft(f"Draft {number}")
    fill_up(member)
    member.write("One more draft", action="draft").expect(302)


@pytest.mark.needs("billing")
def test_a_draft_cannot_be_published_over_the_limit(member, visitor):
    draft = member.draft("The fourth")
    fill_up(member)
    page = member.edit(draft, body="Kept words.").expect(422).form_error(LIMIT)
    assert page.value("body") == "Kept words."
    visitor.get(draft).expect(404)


def test_a_published_post_can_be_edited_at_the_limit(member):
    first, *_ = fill_up(member)
    member.edit(first, title="Edited").expect(302)


def test_deleting_makes_room(member):
    first, *_ = fill_up(member)
    member.delete(first)
    member.write("Another").expect(302)


@pytest.mark.needs("billing")
def test_unpublishing_makes_room(member):
    first, *_ = fill_up(member)
    member.edit(first, action="draft").expect(302)
    member.write("Another").expect(302)
    member.edit(first).expect(422).form_error(LIMIT)


@pytest.mark.needs("billing")
def test_pro_has_no_limit(member):
    fill_up(member)
    member.go_pro()
    for number in (4, 5, 6):
        member.write(f"Post {number}").expect(302)


@pytest.mark.needs("billing")
def test_a_cancelled_pro_has_no_limit_until_the_end(pro):
    pro.get("/billing/").form("/billing/cancel").submit()
    fill_up(pro)
    pro.write("The fourth").expect(302)


@pytest.mark.needs("billing")
def test_back_on_free_posts_stay_and_the_limit_returns(member, provider, visitor):
    reference = member.go_pro()
    posts = [*fill_up(member), member.publish("The fourth")]
    provider.event("subscription.ended", reference=reference).expect(200)
    for post in posts:
        visitor.get(post).expect(200)
    member.write("The fifth").expect(422).form_error(LIMIT)


def test_the_limit_is_each_member_s_own(member, other):
    fill_up(member)
    other.write("My first").expect(302)
