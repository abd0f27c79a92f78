"""The demo's people."""

from flask import Flask

from modules.auth import api, demo
from web.demo import PASSWORD, demo_users

from .conftest import LogIn


def test_the_demo_adds_people_once(app: Flask) -> None:
    demo.load(demo_users(30))
    demo.load(demo_users(40))
    assert api.count_accounts() == 41
    assert api.count_admins() == 1


def test_a_person_of_the_demo_can_log_in(app: Flask, log_in: LogIn) -> None:
    demo.load(demo_users(5))
    page = log_in(email="admin@example.com", password=PASSWORD)
    assert page.status_code == 302
