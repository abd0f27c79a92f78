"""Published keys serve only the developer, and keys can be replaced."""

from __future__ import annotations

import pytest

from .texts import CONFIRM_SUBJECT

pytestmark = pytest.mark.in_process

SERVERS = [
    ("Werkzeug/3.1", "127.0.0.1", 200),
    ("Werkzeug/3.1", "::1", 200),
    ("Werkzeug/3.1", "localhost", 200),
    ("Werkzeug/3.1", "0.0.0.0", 503),
    ("Werkzeug/3.1", "192.0.2.1", 503),
    ("granian", "127.0.0.1", 503),
    ("gunicorn/23", "127.0.0.1", 503),
]


@pytest.mark.parametrize(("server", "bind", "status"), SERVERS)
def test_development_secrets_serve_this_machine_only(elsewhere, server, bind, status):
    site = elsewhere(APP_ENV="development", SECRET_KEY="dev").site
    environ = {"SERVER_SOFTWARE": server, "SERVER_NAME": bind}
    for path in ("/", "/auth/login", "/auth/register"):
        response = site.app.test_client().get(path, environ_overrides=environ)
        assert response.status_code == status, path


def test_a_key_of_your_own_serves_others(elsewhere):
    site = elsewhere(APP_ENV="development", SECRET_KEY="k" * 40).site
    environ = {"SERVER_SOFTWARE": "granian", "SERVER_NAME": "0.0.0.0"}
    response = site.app.test_client().get("/", environ_overrides=environ)
    assert response.status_code == 200


def test_sessions_and_links_survive_a_new_key(elsewhere):
    people = elsewhere(SECRET_KEY="the new key" * 4, SECRET_KEY_FALLBACKS="a" * 40)
    app = people.site.app
    app.config.update(SECRET_KEY="a" * 40, SECRET_KEY_FALLBACKS=[])
    member, other, newcomer = people.member(), people.member(), people.registered()
    link = newcomer.confirmation()
    app.config.update(SECRET_KEY="the new key" * 4, SECRET_KEY_FALLBACKS=["a" * 40])
    assert member.is_logged_in()
    newcomer.get(link).expect(200).heading(CONFIRM_SUBJECT)
    app.config.update(SECRET_KEY_FALLBACKS=[])
    assert not other.is_logged_in()
    newcomer.get(link).expect(400)


def test_security_txt(elsewhere):
    contact = "mailto:security@example.com"
    page = elsewhere(SECURITY_CONTACT=contact).stranger()
    page = page.get("/.well-known/security.txt").expect(200)
    assert page.headers["content-type"].startswith("text/plain")
    assert page.text.startswith(f"Contact: {contact}\nExpires: 20")


def test_no_security_txt_without_a_contact(visitor):
    visitor.get("/.well-known/security.txt").expect(404)
