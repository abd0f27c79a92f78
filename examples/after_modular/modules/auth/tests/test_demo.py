"""The demo's people."""

from modules.auth import api, demo
from web.demo import PASSWORD, people


def test_the_demo_adds_people_once(app):
    demo.load(people(30))
    demo.load(people(40))
    assert api.count_accounts() == 41
    assert api.count_admins() == 1


def test_a_person_of_the_demo_can_log_in(app, log_in):
    demo.load(people(5))
    page = log_in(email="admin@example.com", password=PASSWORD)
    assert page.status_code == 302
