"""What other modules may ask about people."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import BadRequest

from modules.auth import api
from modules.auth.models import User, session


@pytest.fixture
def people(app: Flask) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number, name in enumerate(["Ada", "ada lovelace", "Émile", "50%", "Straße"]):
        joined = start + timedelta(days=number)
        session.add(
            User(
                name=name,
                email=f"person{number}@example.com",
                password_hash="",
                created_at=joined,
                confirmed_at=joined if number < 3 else None,
            )
        )
    session.commit()


def found(app: Flask, query: str, url: str = "/") -> list[str]:
    with app.test_request_context(url):
        return [person.name for person in api.list_accounts(query).items]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Straße", "50%", "Émile", "ada lovelace", "Ada"]),
        ("ADA", ["ada lovelace", "Ada"]),
        ("ada l", ["ada lovelace"]),
        ("éM", ["Émile"]),
        ("STRASSE", ["Straße"]),
        ("%", []),
        ("50%", ["50%"]),
        ("PERSON1", ["ada lovelace"]),
        ("erson", []),
        ("\0", ["Straße", "50%", "Émile", "ada lovelace", "Ada"]),
    ],
)
@pytest.mark.usefixtures("people")
def test_people_are_found_by_the_start_of_name_or_address(
    app: Flask, query: str, names: list[str]
) -> None:
    assert found(app, query) == names


@pytest.mark.usefixtures("people")
def test_people_are_listed_a_page_at_a_time(app: Flask) -> None:
    with app.test_request_context("/?q=x"):
        page = api.list_accounts(size=3)
    assert [p.name for p in page.items] == ["Straße", "50%", "Émile"]
    assert found(app, "", f"/?before={page.next_cursor}") == ["ada lovelace", "Ada"]


@pytest.mark.parametrize("cursor", ["x", "1", "1-2-3", "-1-1", "9" * 30 + "-1"])
def test_a_bad_cursor_is_refused(app: Flask, cursor: str) -> None:
    with pytest.raises(BadRequest):
        found(app, "", f"/?before={cursor}")


@pytest.mark.usefixtures("people")
def test_searching_and_listing_use_an_index(app: Flask) -> None:
    """A list that reads the whole table is slow when there are many people."""
    statements: list[Any] = []
    sa.event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda *args: statements.append(args[2:4]),
    )
    found(app, "ada")
    found(app, "", "/?before=1767225600000000-3")
    plans = [
        " ".join(
            row.detail
            for row in session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        )
        for statement, parameters in list(statements)
    ]
    assert "INDEX ix_auth_user_name_key" in plans[0]
    assert "INDEX ix_auth_user_created_at_id" in plans[1]
    assert not any("SCAN auth_user " in plan + " " for plan in plans[:1])


@pytest.mark.usefixtures("people")
def test_people_are_counted(app: Flask) -> None:
    assert (api.count_accounts(), api.count_members(), api.count_admins()) == (5, 3, 0)
    assert api.signups_by_day(date(2026, 1, 2)) == {
        date(2026, 1, 2): 1,
        date(2026, 1, 3): 1,
    }


def test_a_person_has_no_secret(user: User) -> None:
    person = api.find(user.id)
    assert person is not None
    assert (person.name, person.state, person.is_admin) == ("Ada", "active", False)
    assert not {"password_hash", "security_stamp"} & set(dir(person))
    assert api.find(user.id + 1) is None
    assert api.find_ids([user.email, "nobody@example.com"]) == {user.email: user.id}
    assert api.names_of([user.id, 999_999]) == {user.id: user.name}
