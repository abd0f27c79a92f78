"""Every page, good or bad, has the same friendly frame."""

from __future__ import annotations

import re

import pytest

from .apps import MENU, NAME

PAGES = [
    "/",
    "/auth/login",
    "/auth/register",
    "/auth/reset",
    "/auth/confirm",
    "/billing/plans",
    "/blog/",
]
MEMBERS = [
    "/dashboard/",
    "/blog/new",
    "/blog/mine",
    "/notifications/",
    "/notifications/preferences",
    "/auth/account",
    "/auth/account/password",
    "/auth/account/delete",
    "/billing/",
]


def framed(page):
    """Check what every page has."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.lower().startswith("<!doctype html>")
    assert page.one("html")["lang"] == "en"
    title = page.one("head > title").get_text()
    assert title.endswith(f" · {NAME}"), f"expected “… · {NAME}”, got “{title}”"
    assert page.one("h1").get_text(strip=True)
    assert page.one("main").get("id"), "expected <main> to be the skip link's target"
    assert page.has(f'a[href="#{page.one("main")["id"]}"]'), "expected a skip link"
    page.one('nav[aria-label="Main"]')
    page.one('meta[name="viewport"]')
    assert page.one('meta[name="color-scheme"]')["content"] == "light dark"
    assert page.one('link[rel="icon"]')["href"].startswith("/static/favicon.svg")
    page.link("/")
    if page.status < 500:  # the navigation may need what is broken
        for path in MENU:
            page.link(path)
    ids = [tag["id"] for tag in page.soup.select("[id]")]
    assert len(ids) == len(set(ids)), f"expected every id once, got {ids}"
    return page


def friendly(page, status):
    """Check an error page: the frame, and nothing about how the app is built."""
    framed(page.expect(status))
    for word in ("Traceback", "werkzeug", "sqlalchemy", ".py"):
        page.hides(word)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_framed(visitor, path):
    framed(visitor.get(path).expect(200))


@pytest.mark.parametrize("path", MEMBERS)
def test_a_member_s_page_is_framed(reader, path):
    framed(reader.get(path).expect(200))


@pytest.mark.parametrize("path", PAGES + MEMBERS)
def test_every_field_has_a_label(visitor, reader, path):
    person = visitor if path in PAGES else reader
    page = person.get(path)
    for field in page.soup.select("main input, main textarea, main select"):
        if field.get("type") in ("hidden", "submit"):
            continue
        label = page.soup.find("label", attrs={"for": field.get("id")})
        assert label or field.find_parent("label"), f"expected a label for {field}"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/blog/x",
        "/blog/1/x",
        "/é",
        "/🖋️",
        "/static/nothing.css",
    ],
)
def test_404(visitor, path):
    friendly(visitor.get(path), 404).heading("Page not found")


def test_400(visitor):
    page = friendly(visitor.post("/auth/login", {"email": "x"}), 400)
    page.heading("This form has expired")


def test_405(visitor):
    friendly(visitor.get("/auth/logout"), 405).heading("Method not allowed")


def test_413(visitor):
    form = visitor.get("/auth/login").form("/auth/login")
    page = friendly(form.fill(email="e" * 1_200_000).submit(), 413)
    page.heading("Request too large").says("The limit is 1 MB.")


def test_429(visitor):
    for _ in range(5):
        visitor.log_in().expect(422)
    page = friendly(visitor.log_in(), 429).heading("Too many attempts")
    assert re.search(r"Try again in \d+ seconds\.", page.words)


@pytest.mark.in_process
def test_429_names_a_long_wait_in_minutes(elsewhere):
    visitor = elsewhere(MAIL_LIMIT="1 per hour").stranger()
    visitor.ask_for_reset().expect(302)
    page = friendly(visitor.ask_for_reset(), 429)
    assert re.search(r"Try again in (59|60) minutes\.", page.words)


@pytest.mark.in_process
def test_500(elsewhere):
    people = elsewhere()
    people.site.app.add_url_rule("/broken", view_func=lambda: 1 / 0)
    page = friendly(people.stranger().get("/broken"), 500)
    page.heading("Something went wrong on our side").says("The error has been logged.")


@pytest.mark.in_process
@pytest.mark.parametrize(
    "path",
    [
        "/blog/",
        "/dashboard/",
        "/auth/account",
    ],
)
def test_503_without_tables_for_somebody_who_was_logged_in(elsewhere, reader, path):
    person = elsewhere(initialize=False).stranger()
    person.client.cookies.set("session", reader.cookie("session"))
    friendly(person.get(path), 503)
