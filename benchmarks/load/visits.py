"""What people come for: the visits of the load test, by kind.

``public`` visits read without an account, ``member`` visits with one, ``write``
visits change something, and ``log-in`` visits check or hash a password.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import urljoin

from .visitor import Person, Visit

NOTIFICATION_FORM = re.compile(r'action="(/notifications/[0-9]+/read)"')
NEXT_PAGE = re.compile(r'<a[^>]*rel="next"[^>]*>')
HREF = re.compile(r'href="([^"]*)"')
SENTENCE = "A sentence of the load test, as long as such sentences are. "


@dataclass
class World:
    """The people and posts there are, and what the app has promised to keep.

    :param run: marks what this run writes, to be found in the database afterwards.
    :param written: the titles of the posts whose publication the app has confirmed.
    :param registered: the addresses whose registration the app has confirmed.
    """

    run: str
    password: str
    admin: Person
    people: list[Person]
    posts: list[int]
    random: Random
    logged_in: list[Person] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    counter: int = 0

    @classmethod
    def read(cls, file: Path, seed: int) -> World:
        """Read what ``seeding.py`` has written down of the database."""
        content = json.loads(file.read_text())
        return cls(
            run=content["run"],
            password=content["password"],
            admin=Person(**content["admin"]),
            people=[Person(**person) for person in content["people"]],
            posts=content["posts"],
            logged_in=[Person(**person) for person in content["logged_in"]],
            counter=content["counter"],
            random=Random(seed),
        )

    def a_member(self) -> Person:
        """Return somebody who is logged in."""
        return self.random.choice(self.logged_in)

    def a_post(self) -> str:
        """Return the path of a published post."""
        return f"/blog/{self.random.choice(self.posts)}"

    def a_new_name(self) -> str:
        """Return a text that is nowhere else in the database."""
        self.counter += 1
        return f"{self.run}-{self.counter:06d}"


class Kind(NamedTuple):
    """A visit: what it does, whose it is, and how often it happens.

    :param weight: its share of the requests of its kind.
    :param requests: how many it makes.
    """

    visit: Callable[[Visit, World], None]
    who: Callable[[World], Person | None]
    weight: float
    requests: int = 1


def home(visit: Visit, world: World) -> None:
    """Arrive."""
    visit.get("home", "/", "Publish your writing")


def blog(visit: Visit, world: World) -> None:
    """See what is new."""
    visit.get("blog", "/blog/", 'data-id="')


def older(visit: Visit, world: World) -> None:
    """See what is new, and what was before."""
    page = visit.get("blog", "/blog/", 'data-id="')
    link = NEXT_PAGE.search(page.text)
    path = unescape(HREF.search(link[0])[1]) if link else ""
    visit.get("blog, older", urljoin("/blog/", path), 'data-id="')


def post(visit: Visit, world: World) -> None:
    """Read a post."""
    visit.get("post", world.a_post(), "<article")


def plans(visit: Visit, world: World) -> None:
    """See what it costs."""
    visit.get("plans", "/billing/plans", "Up to 3 published posts")


def dashboard(visit: Visit, world: World) -> None:
    """See how it goes."""
    visit.get("dashboard", "/dashboard/", 'data-metric="my-posts"', "Log out")


def notifications(visit: Visit, world: World) -> None:
    """Look into the inbox."""
    visit.get("notifications", "/notifications/", "Notification settings", "Log out")


def account(visit: Visit, world: World) -> None:
    """See one's account: it must be one's own."""
    visit.get("account", "/auth/account", _person(visit).email, "Log out")


def own_posts(visit: Visit, world: World) -> None:
    """See what one has written."""
    visit.get("own posts", "/blog/mine", "My posts", "Log out")


def subscription(visit: Visit, world: World) -> None:
    """See one's plan and invoices."""
    visit.get("subscription", "/billing/", "Plan:", "Log out")


def users(visit: Visit, world: World) -> None:
    """As an admin, list the users."""
    visit.get("admin: users", "/admin/users", "@example.com", "Log out")


def write(visit: Visit, world: World) -> None:
    """Write a post, and see it; if the plan has no room for it, keep it as a draft."""
    form = visit.get("write: form", "/blog/new", "Write a post")
    title = f"Load {world.a_new_name()}"
    sent = {
        "csrf_token": form.value("csrf_token"),
        "idempotency_key": form.value("idempotency_key"),
        "title": title,
        "body": SENTENCE * 8,
    }
    answer = visit.post(
        "write", "/blog/new", status=(302, 422), action="publish", **sent
    )
    if answer.status == 422:
        answer = visit.post("write", "/blog/new", action="draft", **sent)
    world.written.append(title)
    visit.get("write: result", answer.location, title, _person(visit).name)


def mark_read(visit: Visit, world: World) -> None:
    """Mark a notification as read, or all when none is new."""
    page = visit.get("notifications", "/notifications/", "Notification settings")
    one = NOTIFICATION_FORM.search(page.text)
    path = one[1] if one else "/notifications/read"
    visit.post("mark read", path, csrf_token=page.value("csrf_token"))
    visit.get("notifications", "/notifications/", "Notification settings")


def subscribe(visit: Visit, world: World) -> None:
    """Buy the Pro plan, unless one has it."""
    page = visit.get("plans", "/billing/plans", "Up to 3 published posts")
    if "You are on Pro" not in page.text:
        answer = visit.post(
            "subscribe",
            "/billing/subscribe",
            csrf_token=page.value("csrf_token"),
            idempotency_key=page.value("idempotency_key"),
        )
        form = visit.get("checkout", answer.location, "Sandbox payment")
        token = form.value("csrf_token")
        visit.post("pay", answer.location, csrf_token=token, outcome="paid")
    visit.get("subscription", "/billing/", "Plan:", "Log out")


def log_in(visit: Visit, world: World) -> None:
    """Log in; from then on this person's visits are among the members'."""
    someone = world.random.choice(world.people)
    world.logged_in.append(log_in_as(visit, world, someone))


def log_in_as(visit: Visit, world: World, person: Person) -> Person:
    """Log somebody in; return them with their cookie."""
    visit.person = person
    form = visit.get("log in: form", "/auth/login", "Log in")
    answer = visit.post(
        "log in",
        "/auth/login",
        csrf_token=form.value("csrf_token"),
        email=person.email,
        password=world.password,
    )
    visit.get("dashboard", answer.location, 'data-metric="my-posts"', "Log out")
    return replace(person, cookies=dict(visit.cookies))


def register(visit: Visit, world: World) -> None:
    """Open an account."""
    form = visit.get("register: form", "/auth/register", "Sign up")
    email = f"{world.a_new_name()}@example.org"
    visit.post(
        "register",
        "/auth/register",
        csrf_token=form.value("csrf_token"),
        name="Nora Load",
        email=email,
        password="a-long-and-good-password",
    )
    world.registered.append(email)


def _person(visit: Visit) -> Person:
    assert visit.person is not None  # a visit of a member
    return visit.person


def nobody(world: World) -> None:
    """Be a stranger."""
    return


def admin(world: World) -> Person:
    """Be the admin."""
    return world.admin


VISITS: Mapping[str, tuple[Kind, ...]] = {
    "public": (
        Kind(home, nobody, 0.15),
        Kind(blog, nobody, 0.25),
        Kind(older, nobody, 0.05, requests=2),
        Kind(post, nobody, 0.50),
        Kind(plans, nobody, 0.05),
    ),
    "member": (
        Kind(dashboard, World.a_member, 0.25),
        Kind(blog, World.a_member, 0.15),
        Kind(post, World.a_member, 0.25),
        Kind(notifications, World.a_member, 0.14),
        Kind(account, World.a_member, 0.08),
        Kind(own_posts, World.a_member, 0.06),
        Kind(subscription, World.a_member, 0.05),
        Kind(users, admin, 0.02),
    ),
    "write": (
        Kind(write, World.a_member, 0.5, requests=3),
        Kind(mark_read, World.a_member, 0.4, requests=3),
        Kind(subscribe, World.a_member, 0.1, requests=5),
    ),
    "log-in": (
        Kind(log_in, nobody, 0.96, requests=3),
        Kind(register, nobody, 0.04, requests=2),
    ),
    "storm": (Kind(log_in, nobody, 1, requests=3),),
    # A single page, for what it costs.
    "dashboard": (Kind(dashboard, World.a_member, 1),),
}
