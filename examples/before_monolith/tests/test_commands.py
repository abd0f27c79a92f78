import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import app
from helpers import make_excerpt, render_markdown
from models import Invoice, Post, Subscription, User, db

HERE = Path(__file__).parent.parent


def run(*args):
    return app.test_cli_runner().invoke(args=args)


def flask(*args, **environ):
    return subprocess.run(
        [sys.executable, "-m", "flask", *args],
        cwd=HERE,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_initialize_changes_nothing_the_second_time(make_user):
    make_user()
    result = run("initialize")
    assert result.exit_code == 0
    assert result.output.startswith("Database: sqlite:///")
    assert result.output.endswith("Up to date.\n")
    assert db.session.query(User).count() == 1


def test_create_admin(user_named):
    result = run("create-admin", "Boss@Example.com", "--password", "a long password")
    assert "Created the admin boss@example.com." in result.output
    boss = user_named("boss@example.com")
    assert boss.is_admin
    assert boss.confirmed_at


def test_create_admin_promotes(make_user, user_named):
    make_user()
    result = run("create-admin", "ada@example.com", "--password", "a long password")
    assert "Made the account ada@example.com an admin" in result.output
    assert user_named("ada@example.com").is_admin


@pytest.mark.parametrize(
    ("email", "password"), [("nobody", "a long password"), ("a@example.com", "short")]
)
def test_create_admin_rejects_invalid_input(email, password):
    result = run("create-admin", email, "--password", password)
    assert result.exit_code == 2
    assert db.session.query(User).count() == 0


def row_counts():
    return [
        db.session.query(model).count() for model in (User, Post, Invoice, Subscription)
    ]


def test_demo_is_deterministic_and_adds_only_missing_users(client):
    result = run("demo", "--users", "30")
    assert "Added 31 users" in result.output
    assert "admin@example.com" in result.output
    first = row_counts()
    statement = sa.select(User.email, User.name, User.created_at).order_by(User.id)
    users = db.session.execute(statement).all()
    assert "Added 0 users." in run("demo", "--users", "30").output
    assert row_counts() == first
    assert "Added 10 users" in run("demo", "--users", "40").output
    assert db.session.execute(statement).all()[:31] == users
    data = {"email": "user000001@example.com", "password": "inkwell-demo"}
    assert client.post("/auth/login", data=data).status_code == 302


def test_demo_posts_are_rendered_like_other_posts():
    run("demo", "--users", "10")
    for post in db.session.query(Post):
        assert post.body_html == render_markdown(post.body)
        assert post.excerpt == make_excerpt(post.body_html)


def test_demo_is_refused_in_production(monkeypatch):
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    result = run("demo")
    assert result.exit_code == 1
    assert "flask demo does not run in production" in result.output


def test_invalid_settings_stop_every_command():
    result = flask("initialize", APP_ENV="live")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: APP_ENV is 'live'")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [["initialize"], ["demo", "--users", "1"]])
def test_an_unreachable_database(tmp_path, command):
    url = f"sqlite:///{tmp_path}/missing/app.db"
    result = flask(*command, DATABASE_URL=url)
    assert result.returncode == 1
    assert "can't be used: unable to open database file" in result.stderr
    assert "Traceback" not in result.stderr
