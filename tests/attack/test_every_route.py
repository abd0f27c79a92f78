"""Every route, asked by everyone, with bodies that no form sends."""

from __future__ import annotations

import statistics
import time

import pytest

LIMIT = 2.0  # seconds for one request
# Signed by the payment provider, and so without a token.
WITHOUT_TOKEN = {"/billing/webhook"}
FIELDS = (
    *("name", "email", "password", "current", "title", "body", "action", "role"),
    *("idempotency_key", "outcome", "remember", "search", "q"),
)
TEXTS = {
    "NUL": "a\0b",
    "long": "x" * 100_000,
    "marks": "e\u0301" * 20_000,
    "markup": "<script>alert(1)</script>",
    "SQL": "' OR 1=1 --",
    "template": "{{ 7 * 7 }}{% raw %}",
    "surrogates": "\ud83d",
    "lines": "a\r\nSet-Cookie: b=c",
}
QUERIES = ["?page=-1", "?page=a%00b", "?before=%00", "?days=9e9", "?q=%00", "?sort=-x"]
HEADERS = ("content-security-policy", "x-content-type-options", "x-frame-options")


def quick_and_no_error(person, method, path, **options):
    """Send a request; return the page, which must not be an error of the app."""
    started = time.perf_counter()
    page = person.send(method, path, **options)
    seconds = time.perf_counter() - started
    if page.status >= 500:
        page.fail("expected no error of the app")
    if seconds > LIMIT:
        page.fail(f"expected an answer within {LIMIT} s, got one after {seconds:.1f} s")
    return page


def pages_of(routes):
    """Return the routes that a browser opens."""
    return [route for route in routes if "GET" in route.methods]


def forms_of(routes):
    """Return the routes that take a form, but for the one that logs out."""
    return [r for r in routes if r.posts and not r.rule.endswith(("logout", "delete"))]


@pytest.mark.parametrize("who", ["stranger", "member", "admin"])
def test_every_page_with_every_query(world, routes, who):
    person = getattr(world, who)()
    for route in pages_of(routes):
        for query in ["", *QUERIES]:
            page = quick_and_no_error(person, "GET", route.path + query)
            for header in HEADERS:
                assert header in page.headers, (route.path, header)


@pytest.mark.parametrize("who", ["stranger", "member", "admin"])
def test_every_form_needs_its_token(world, routes, who):
    person = getattr(world, who)()
    for route in routes:
        if route.posts and route.rule not in WITHOUT_TOKEN:
            page = quick_and_no_error(person, "POST", route.path)
            assert page.status == 400, route.path
            page = quick_and_no_error(
                person, "POST", route.path, data={"csrf_token": "forged"}
            )
            assert page.status == 400, route.path


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_field_of_every_form(world, routes, text):
    person = world.member()
    fields = dict.fromkeys(FIELDS, text.encode("utf-8", "surrogatepass"))
    for route in forms_of(routes):
        person.come_back()
        values = {"csrf_token": person.token()} | fields
        page = quick_and_no_error(person, "POST", route.path, data=values)
        page.hides("<script>alert(1)</script>").hides("49{%")
        assert "b" not in page.headers.get("set-cookie", "").split("=")[:1]


def test_every_form_with_json_and_files(world, routes):
    person = world.member()
    for route in forms_of(routes):
        person.come_back()
        headers = {"X-CSRFToken": person.token()}
        for body in ({field: ["a"] for field in FIELDS}, [1], "text", None):
            quick_and_no_error(person, "POST", route.path, json=body, headers=headers)
        files = dict.fromkeys(FIELDS, ("a.txt", b"a file"))
        quick_and_no_error(person, "POST", route.path, files=files, headers=headers)


def test_only_admins_reach_the_admin_pages(world, routes):
    stranger, member = world.stranger(), world.member()
    token = member.token()
    for route in routes:
        if not route.rule.startswith("/admin/") or "/static/" in route.rule:
            continue
        if "GET" in route.methods:
            assert member.get(route.path).status in (403, 404), route.path
            stranger.get(route.path).asks_to_log_in()
        if route.posts:
            page = member.post(route.path, {"csrf_token": token, "role": "admin"})
            assert page.status == 403, route.path


def test_rows_of_another_member_are_out_of_reach(world, routes):
    owner, thief = world.member(), world.member()
    post = owner.draft()
    (session,) = owner.get("/auth/account/sessions").items
    owner.go_pro()
    (number,) = owner.get("/billing/").items
    token = thief.token()
    texts = {"csrf_token": token, "title": "Mine", "body": "x", "action": "publish"}
    for path in (post, f"{post}/edit", f"/billing/invoices/{number}"):
        assert thief.get(path).status in (403, 404), path
    for path in (
        f"{post}/edit",
        f"{post}/delete",
        f"{post}/remove",
        f"/auth/account/sessions/{session}/end",
    ):
        assert thief.post(path, texts).status in (403, 404), path
    assert owner.get(post).status == 200


@pytest.mark.parametrize("path", ["/auth/login", "/auth/reset"])
def test_the_time_does_not_tell_who_has_an_account(elsewhere, path):
    people = elsewhere(
        LOGIN_LIMIT="1000 per minute",
        MAIL_LIMIT="1000 per hour",
        MAIL_IP_LIMIT="1000 per hour",
        EVENTS_ENGINE="thread",
    )
    known, browser = people.confirmed(), people.stranger()
    token = browser.token()
    seconds: dict[str, list[float]] = {known.email: [], "unknown@example.com": []}
    for _ in range(25):
        for email, found in seconds.items():
            fields = {"csrf_token": token, "email": email, "password": "wrong password"}
            started = time.perf_counter()
            browser.post(path, fields)
            found.append(time.perf_counter() - started)
    one, other = (statistics.median(found) for found in seconds.values())
    assert 0.5 < one / other < 2, f"{one:.4f} s and {other:.4f} s"
