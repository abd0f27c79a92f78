"""Public pages may be cached for anonymous users, and no other page may be."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.in_process, pytest.mark.needs("blog")]

CACHED = "public, max-age=0, s-maxage=2, stale-while-revalidate=2"


@pytest.fixture
def crowd(elsewhere):
    """People on a site whose public pages are cached for two seconds."""
    return elsewhere(PUBLIC_PAGE_SECONDS="2")


def test_a_public_page_is_cacheable(crowd):
    path = crowd.member().publish("A title", "Words.")
    visitor = crowd.stranger()
    for url in ("/", "/blog/", "/blog/feed.atom", path):
        headers = visitor.get(url).expect(200).headers
        assert headers["cache-control"] == CACHED, url
        assert "Cookie" in headers["vary"], url
        assert "set-cookie" not in headers, url


def test_an_unchanged_page_is_not_sent_again(crowd):
    visitor = crowd.stranger()
    etag = visitor.get("/blog/").headers["etag"]
    again = visitor.get("/blog/", headers={"If-None-Match": etag}).expect(304)
    assert again.headers["cache-control"] == CACHED
    crowd.member().publish("A title", "Words.")
    visitor.get("/blog/", headers={"If-None-Match": etag}).expect(200)


def test_pages_of_a_member_are_never_cacheable(crowd):
    member = crowd.member()
    for url in ("/", "/blog/", "/blog/feed.atom", "/auth/account"):
        headers = member.get(url).headers
        assert "public" not in headers.get("cache-control", ""), url


def test_a_page_with_a_message_is_not_cacheable(crowd):
    visitor = crowd.stranger()
    visitor.get("/auth/account").expect(302)  # it leaves a message in the session
    assert (
        "cache-control"
        not in visitor.get("/").flash("Please log in to continue.").headers
    )


def test_a_page_that_starts_a_session_is_not_cacheable(crowd):
    headers = crowd.stranger().get("/auth/login").headers
    assert "set-cookie" in headers
    assert "cache-control" not in headers


def test_errors_and_drafts_are_not_cacheable(crowd):
    visitor = crowd.stranger()
    draft = (
        crowd.member().write("A draft", "Words.", action="draft").expect(302).location
    )
    for url in (draft, "/blog/999999", "/nowhere", "/healthz", "/readyz"):
        assert "public" not in visitor.get(url).headers.get("cache-control", ""), url


def test_by_default_no_page_is_cacheable(visitor):
    assert "cache-control" not in visitor.get("/blog/").headers
