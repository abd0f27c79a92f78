"""The demo's people."""

from flask import Flask

from modules.auth import api, demo
from web.demo import PASSWORD, demo_users

from .conftest import LogIn

<<<<<<< HEAD
def test_the_demo_adds_people_once(app):
    demo.load(demo_users(30))
    demo.load(demo_users(40))
=======

def test_the_demo_adds_people_once(app: Flask) -> None:
    demo.load(people(30))
    demo.load(people(40))
>>>>>>> types
    assert api.count_accounts() == 41
    assert api.count_admins() == 1


<<<<<<< HEAD
def test_a_person_of_the_demo_can_log_in(app, log_in):
    demo.load(demo_users(5))
=======
def test_a_person_of_the_demo_can_log_in(app: Flask, log_in: LogIn) -> None:
    demo.load(people(5))
>>>>>>> types
    page = log_in(email="admin@example.com", password=PASSWORD)
    assert page.status_code == 302
