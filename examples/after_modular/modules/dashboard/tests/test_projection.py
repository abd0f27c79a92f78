"""The projection: events and a rebuild lead to the same numbers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask
from sqlalchemy import select

from kernel.testing import Scenario
from modules.auth.events import UserConfirmed, UserDeleted
from modules.dashboard import demo, listeners, projection
from modules.dashboard.models import Day, session
from web.demo import demo_users

if TYPE_CHECKING:
    from modules.billing.events import InvoicePaid
    from modules.box__community.blog.events import PostPublished, PostUnpublished

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
DAY = NOON.date()

Fake = Callable[[str], ModuleType]

pytestmark = pytest.mark.usefixtures("app")


def counted(day: date = DAY) -> tuple[int, int, int]:
    """Return the numbers of a day: members, posts and cents."""
    session.expire_all()
    row = session.scalars(select(Day).where(Day.day == day)).one()
    return row.signups, row.posts, row.revenue


def test_each_event_is_counted_on_its_day(scenario: Scenario) -> None:
    ada = UserConfirmed(user_id=1, name="Ada", email="a@b.example", confirmed_at=NOON)
    scenario.publish(ada)
    # The modules of these events may be absent.
    post = cast("PostPublished", SimpleNamespace(published_at=NOON))
    listeners.count_post(post)
    listeners.count_post(post)
    paid = cast("InvoicePaid", SimpleNamespace(paid_at=NOON, amount=900))
    listeners.count_revenue(paid)
    assert counted() == (1, 2, 900)


def test_what_is_undone_is_taken_off_the_day_it_was_done(
    scenario: Scenario,
) -> None:
    projection.add(DAY, signups=2, posts=2)
    session.commit()
    scenario.publish(UserDeleted(user_id=1, confirmed_at=NOON))
    scenario.publish(UserDeleted(user_id=2, confirmed_at=None))
    post = cast("PostUnpublished", SimpleNamespace(published_at=NOON))
    listeners.discount_post(post)
    assert counted() == (1, 1, 0)


def test_events_at_the_same_moment_all_count(app: Flask) -> None:
    together = Barrier(4)

    def count_one(number: int) -> None:
        with app.app_context():
            together.wait()
            projection.add(DAY, posts=1)
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_one, range(4)))
    assert counted() == (0, 4, 0)


@pytest.fixture
def signups(fake: Fake) -> None:
    """Let five people have joined."""
    for user_id in range(5):
        fake("auth").add(user_id, joined_at=NOON)


@pytest.mark.usefixtures("signups")
def test_a_rebuild_replaces_what_was_counted(fake: Fake) -> None:
    projection.add(DAY, signups=9, posts=9, revenue=9)
    projection.add(date(2026, 1, 1), posts=9)
    fake("blog").write(1, DAY)
    fake("billing").pay(DAY, 1800)
    assert projection.rebuild() == 1
    assert counted() == (5, 1, 1800)


@pytest.mark.usefixtures("signups")
def test_a_rebuild_without_the_other_modules(
    fake: Fake, without_module: Callable[[str], None]
) -> None:
    for name in ("blog", "billing"):
        without_module(name)
    projection.rebuild()
    assert counted() == (5, 0, 0)


def test_nothing_to_count(app: Flask) -> None:
    projection.add(DAY, posts=9)
    result = app.test_cli_runner().invoke(args=["rebuild-dashboard"])
    assert result.output == "Rebuilt the metrics of 0 days.\n"
    assert session.scalars(select(Day)).all() == []


@pytest.mark.usefixtures("signups")
def test_the_demo_counts_what_the_others_made_up() -> None:
    demo.load(demo_users(1))
    assert counted() == (5, 0, 0)
