"""Every list that can grow is cut into pages."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest


def walk(page):
    """Follow rel=next to the end; return the ids of each page."""
    pages = []
    while page is not None:
        pages.append([*page.expect(200).items])
        assert len(pages) < 100, "expected the list to end"
        page = page.older()
    return pages


def complete(pages, size, total):
    """Check that the pages are full and that no item is lost or shown twice."""
    sizes = [len(page) for page in pages]
    whole = [size] * (total // size) + ([total % size] if total % size else [])
    assert sizes == whole, f"expected pages of {whole}, got {sizes}"
    ids = [id for page in pages for id in page]
    assert len(set(ids)) == total, f"expected {total} different items"


@pytest.mark.needs("blog")
def test_ones_own_posts(member):
    for number in range(21):
        member.draft(f"Draft {number}")
    complete(walk(member.get("/blog/mine")), 20, 21)


@pytest.mark.needs("blog")
def test_a_full_page_alone_has_no_next(member):
    for number in range(20):
        member.draft(f"Draft {number}")
    assert member.get("/blog/mine").older() is None


@pytest.mark.needs("blog", "billing")
def test_the_blog(pro, visitor):
    posts = [pro.publish(f"Post {n}").rsplit("/", 1)[-1] for n in range(25)]
    first = visitor.get("/blog/")
    second = first.older()
    assert len(first.items) == 20
    assert [*first.items, *second.items][:25] == posts[::-1]


@pytest.mark.needs("blog", "billing")
def test_a_next_link_is_named(pro, visitor):
    for number in range(21):
        pro.publish(f"Post {number}")
    assert visitor.get("/blog/").one('a[rel~="next"]').get_text(strip=True) == "Older"


@pytest.mark.needs("billing", "notifications")
def test_notifications(pro):
    for _ in range(20):
        pro.get("/billing/").form("/billing/cancel").submit()
        pro.get("/billing/").form("/billing/resume").submit()

    def all_arrived(page):
        return (older := page.older()) is not None and len(older.items) == 2

    pro.eventually("/notifications/", all_arrived)
    complete(walk(pro.get("/notifications/")), 20, 22)


@pytest.mark.needs("billing")
def test_invoices(member, provider):
    reference = member.go_pro()
    for _ in range(20):
        provider.event("subscription.renewed", reference=reference, amount=900)
    complete(walk(member.get("/billing/")), 20, 21)


@pytest.mark.needs("admin")
def test_users_keep_the_search(admin, people):
    mark = f"page-{uuid4().hex[:8]}"
    for number in range(51):
        person = people.stranger()
        person.register(email=f"{mark}-{number}@example.com").expect(302)
    pages = walk(admin.get("/admin/users", params={"q": mark}))
    complete(pages, 50, 51)


@pytest.mark.needs("blog", "billing", "notifications", "admin")
@pytest.mark.parametrize("name", ["page", "before"])
@pytest.mark.parametrize("value", ["x", "-1", "0", "1.5", "é", "1'--", "9" * 30])
def test_a_bad_page_is_refused_or_of_no_meaning(visitor, reader, admin, name, value):
    """Each app has its own way to count pages and does not know the other's."""
    for person, path in [
        (visitor, "/blog/"),
        (reader, "/blog/mine"),
        (reader, "/notifications/"),
        (reader, "/billing/"),
        (admin, "/admin/users"),
    ]:
        page = person.get(path, params={name: value})
        assert page.status in (200, 400), page.fail("expected 200 or 400")


@pytest.mark.needs("blog", "billing")
def test_a_next_link_that_was_tampered_with_is_refused(pro, visitor):
    for number in range(21):
        pro.publish(f"Post {number}")
    link = visitor.get("/blog/").one('a[rel~="next"]')["href"]
    name = parse_qsl(urlsplit(link).query)[0][0]
    visitor.get("/blog/", params={name: "not-a-page"}).expect(400)
