"""Headers, cookies, methods, and the token in every form."""

from __future__ import annotations

import re

import pytest

from .texts import UNCONFIRMED

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
PUBLIC = [
    "/",
    "/auth/login",
    "/auth/register",
    "/auth/reset",
    "/auth/confirm",
    "/billing/plans",
    "/blog/",
    "/blog/feed.atom",
    "/healthz",
    "/readyz",
    "/static/app.css",
    "/nowhere",
    "/dashboard/",
]
MEMBERS = [
    "/dashboard/",
    "/blog/new",
    "/blog/mine",
    "/blog/",
    "/notifications/",
    "/notifications/preferences",
    "/auth/account",
    "/auth/account/password",
    "/auth/account/export",
    "/auth/account/delete",
    "/billing/",
    "/billing/plans",
]

# Who sees a form, its page, and where it posts to.
FORMS = [
    ("visitor", "/auth/register", "/auth/register"),
    ("visitor", "/auth/login", "/auth/login"),
    ("visitor", "/auth/reset", "/auth/reset"),
    ("visitor", "/auth/confirm", "/auth/confirm"),
    ("member", "/", "/auth/logout"),
    ("member", "/auth/account", "/auth/account"),
    ("member", "/auth/account/password", "/auth/account/password"),
    ("member", "/auth/account/delete", "/auth/account/delete"),
    ("member", "/billing/plans", "/billing/subscribe"),
    ("pro", "/billing/", "/billing/cancel"),
    ("member", "/notifications/preferences", "/notifications/preferences"),
    ("member", "/notifications/", "/notifications/read"),
]
POST_ONLY = [
    "/auth/logout",
    "/billing/subscribe",
    "/billing/cancel",
    "/billing/resume",
    "/billing/webhook",
    "/blog/1/delete",
    "/blog/1/remove",
    "/notifications/read",
    "/notifications/1/read",
    "/admin/users/1/deactivate",
    "/admin/users/1/activate",
    "/admin/users/1/role",
]


def check_headers(page, **different):
    for name, expected in (HEADERS | different).items():
        found = page.headers.get(name)
        if found != expected:
            page.fail(f"expected {name}: {expected}\n  got: {found}")


def expired(page):
    page.expect(400)
    if "expired" not in page.words or "again" not in page.words:
        page.fail("expected the page to say that the form expired, and to try again")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_answer_has_the_headers(visitor, path):
    check_headers(visitor.get(path))


@pytest.mark.parametrize("path", MEMBERS)
def test_a_member_s_answer_has_the_headers_and_is_not_stored(reader, path):
    page = reader.get(path).expect(200)
    check_headers(page)
    assert "no-store" in page.headers.get("cache-control", ""), "expected no-store"


def test_a_refused_form_has_the_headers(visitor):
    check_headers(visitor.log_in(password="").expect(422))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/auth/login",
        "/blog/",
        "/billing/plans",
    ],
)
def test_pages_load_nothing_from_elsewhere(visitor, path):
    page = visitor.get(path).expect(200)
    for tag in page.soup.select("[src], link[rel=stylesheet], link[rel=icon]"):
        target = str(tag.get("src") or tag.get("href"))
        assert re.match("/(?!/)", target), f"expected our own file, got {target}"
        visitor.get(target).expect(200)
    assert not page.has("[style], style, [onclick], script:not([src])")


@pytest.mark.parametrize("purpose", ["confirm", "reset"])
def test_a_page_with_a_token_in_its_address_sends_no_referrer(people, purpose):
    person = people.registered()
    if purpose == "reset":
        person.ask_for_reset()
        path = person.reset_link()
    else:
        path = person.confirmation()
    check_headers(person.get(path).expect(200), **{"referrer-policy": "no-referrer"})
    check_headers(person.get(f"{path}x"), **{"referrer-policy": "no-referrer"})


def test_plain_http_gets_no_hsts(visitor):
    assert "strict-transport-security" not in visitor.get("/").headers


@pytest.mark.in_process
def test_https_gets_hsts(people):
    page = people.stranger(base_url="https://localhost").get("/").expect(200)
    assert page.headers.get("strict-transport-security") == "max-age=31536000"


def cookies(page):
    """Return the attributes of each cookie an answer sets, lower-cased."""
    found = {}
    for line in page.headers.get_list("set-cookie"):
        name, *attributes = line.split(";")
        found[name.split("=")[0]] = {a.strip().lower() for a in attributes}
    return found


def test_the_session_cookie_is_guarded(visitor):
    attributes = cookies(visitor.get("/auth/login"))["session"]
    assert {"httponly", "samesite=lax"} <= attributes
    assert not any(a.startswith(("expires", "max-age")) for a in attributes)


def test_the_remember_cookie_is_guarded(people):
    attributes = cookies(people.confirmed().log_in(remember=True))["remember_token"]
    assert {"httponly", "samesite=lax"} <= attributes


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/blog/",
        "/blog/feed.atom",
        "/healthz",
        "/static/app.css",
    ],
)
def test_reading_public_pages_sets_no_cookie(visitor, path):
    assert not cookies(visitor.get(path))


def form_on(person, page, path):
    """Return a form, once it has had a moment to appear."""
    return person.eventually(page, lambda shown: shown.has_form(path)).form(path)


@pytest.mark.parametrize(("who", "page", "path"), FORMS)
def test_a_form_without_its_token_is_refused(site, request, who, page, path):
    person = request.getfixturevalue(who)
    form = form_on(person, page, path)
    expired(form.without("csrf_token").submit())


@pytest.mark.parametrize(("who", "page", "path"), FORMS)
def test_a_form_with_a_token_of_somebody_else_is_refused(
    site, request, people, who, page, path
):
    person = request.getfixturevalue(who)
    token = people.stranger().token()
    form = form_on(person, page, path)
    expired(form.smuggle(csrf_token=token).submit())


@pytest.mark.parametrize("purpose", ["confirm", "reset"])
def test_a_form_behind_a_mailed_link_needs_its_token(people, purpose):
    person = people.registered()
    if purpose == "reset":
        person.ask_for_reset()
        path = person.reset_link()
    else:
        path = person.confirmation()
    form = person.get(path).form(path).without("csrf_token")
    expired(form.smuggle(password="a completely new password").submit())
    person.log_in().expect(422).form_error(UNCONFIRMED)


@pytest.mark.parametrize("path", POST_ONLY)
def test_reading_changes_nothing(visitor, path):
    page = visitor.get(path).expect(405)
    assert "POST" in page.headers["allow"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(visitor, method):
    page = visitor.send(method, "/auth/login")
    assert page.status in (400, 405), page.fail("expected 400 or 405")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/blog/",
        "/auth/login",
        "/healthz",
    ],
)
def test_head_answers_like_get_without_a_body(visitor, path):
    page = visitor.send("HEAD", path).expect(200)
    assert page.text == ""


def test_the_session_holds_no_secret(member):
    from base64 import urlsafe_b64decode
    from zlib import decompress

    value = member.cookie("session")
    payload = value.lstrip(".").split(".")[0]
    content = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    content = decompress(content) if value.startswith(".") else content
    assert member.password.encode() not in content
    assert b"argon2" not in content
    assert member.email.encode() not in content
