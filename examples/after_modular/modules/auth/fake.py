"""A fake of ``service.py`` for the tests of other modules, in memory.

Its accounts belong to the app, so each test starts without any: :func:`add` them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from flask import Blueprint, Flask, current_app, redirect, request
from flask_login import LoginManager, current_user
from werkzeug import Response

from kernel import module_session, publish, utcnow
from web.pagination import Page

from .api import Account
from .events import UserDeactivated

blueprint = Blueprint("auth", __name__)
blueprint.record_once(lambda state: _init_app(cast(Flask, state.app)))

session = module_session("auth")


def add(
    user_id: int,
    *,
    name: str = "Ada",
    email: str = "",
    role: str = "member",
    joined_at: datetime | None = None,
) -> Account:
    """Let there be a member; without an ``email`` it is ``user7@example.com``."""
    person = Account(
        id=user_id,
        name=name,
        email=email or f"user{user_id}@example.com",
        role=role,
        active=True,
        confirmed=True,
        joined_at=joined_at or utcnow(),
    )
    _people()[user_id] = person
    return person


def find(user_id: int) -> Account | None:
    """Return the person, if there is one."""
    return _people().get(user_id)


def find_by_session(session_id: str) -> Account | None:
    """Return the person whose id the session is."""
    return find(int(session_id.partition(":")[0]))


def find_ids(emails: Iterable[str]) -> dict[str, int]:
    """Return the ids of those who are there, by address."""
    ids = {person.email: person.id for person in _people().values()}
    return {email: ids[email] for email in emails if email in ids}


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the fake accounts with these ids, by id."""
    people = _people()
    return {number: people[number].name for number in user_ids if number in people}


def list_accounts(query: str = "", *, size: int = 50) -> Page[Account]:
    """Return a page of people, newest first; the cursor counts those before it."""
    start = query.strip().casefold()
    found = [
        person
        for person in sorted(_people().values(), key=_age, reverse=True)
        if person.email.startswith(start) or person.name.casefold().startswith(start)
    ]
    first = request.args.get("before", 0, type=int)
    last = first + size
    return Page(found[first:last], str(last) if found[last:] else None)


def deactivate(user_id: int) -> bool:
    """Deactivate an account, and publish it; ``False`` for the only admin."""
    if _is_only_admin(user_id):
        return False
    _change(user_id, active=False)
    publish(UserDeactivated(user_id=user_id))
    session.commit()
    return True


def activate(user_id: int) -> None:
    """Let somebody in again."""
    _change(user_id, active=True)


def set_role(user_id: int, role: str) -> bool:
    """Give a user a role; ``False`` to keep the only admin."""
    if role != "admin" and _is_only_admin(user_id):
        return False
    _change(user_id, role=role)
    return True


def count_accounts() -> int:
    """Return how many people there are."""
    return len(_people())


def count_members() -> int:
    """Return how many have confirmed their address."""
    return sum(person.confirmed for person in _people().values())


def count_admins() -> int:
    """Return how many admins there are."""
    return sum(person.is_admin for person in _people().values())


def signups_by_day(since: date) -> dict[date, int]:
    """Return how many joined on each day; here, people confirm as they join."""
    days = Counter(person.joined_at.date() for person in _people().values())
    return {day: count for day, count in days.items() if day >= since}


def register_url() -> str:
    """Return the path of a page that is not there."""
    return "/auth/register"


def _init_app(app: Flask) -> None:
    """Set Flask-Login up, with nobody logged in; the fixtures say who is."""
    login_manager = LoginManager()
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(lambda session_id: None)
    login_manager.unauthorized_handler(_ask_to_log_in)
    app.jinja_env.globals["current_user"] = current_user


def _ask_to_log_in() -> Response:
    if request.method != "GET":
        return redirect("/auth/login")
    return redirect(f"/auth/login?next={request.path}")


def _people() -> dict[int, Account]:
    people: dict[int, Account] = current_app.extensions.setdefault(__name__, {})
    return people


def _is_only_admin(user_id: int) -> bool:
    admins = {each.id for each in _people().values() if each.is_admin and each.active}
    return admins == {user_id}


def _change(user_id: int, **facts: object) -> None:
    _people()[user_id] = replace(_people()[user_id], **facts)  # type: ignore[arg-type]


def _age(person: Account) -> tuple[datetime, int]:
    return person.joined_at, person.id
