"""Trials: what would be lost or unreadable is refused where it is published."""

from typing import Any

import pytest

from kernel import db, listens, publish
from kernel.outbox.payload import InvalidEvent

from ..kernel.shop import ThingSold
from .world import World, call_as

# The field of an event, a value that contradicts it, and a part of the error.
REFUSED = [
    ("n: int", "'x'", "in the field n"),
    ("n: int", "'5'", "which would be read as 5"),
    ("n: int", "1.5", "1.5 is not of the type int"),
    ("n: int", "None", "None is not of the type int"),
    ("n: str", "None", "None is not of the type str"),
    ("n: str", "5", "5 is not of the type str"),
    ("n: str", "b'x'", "contradicts its annotation"),
    ("n: bool", "1", "1 is not of the type bool"),
    ("n: float", "float('nan')", "which would be read as nan"),
    ("n: datetime", "date(2026, 1, 2)", "which would be read as"),
    ("n: datetime", "'tomorrow'", "contradicts its annotation"),
    ("n: date", "datetime(2026, 1, 2, 3, tzinfo=UTC)", "contradicts its annotation"),
    ("n: date | None", "'2026-01-02'", "contradicts its annotation"),
    ("n: tuple[int, ...]", "[1]", "which would be read as (1,)"),
    ("n: tuple[int, ...]", "('a',)", "in the field n[0]"),
    ("n: list[str]", "'abc'", "which would be read as"),
    ("n: dict[str, int]", "{'a': None}", "None is not of the type int"),
]
ACCEPTED = [
    ("n: int", "2**70"),
    ("n: int", "True"),
    ("n: str", "'\\0\\ud800 ünïcödé'"),
    ("n: str", "'x' * 100_000"),
    ("n: str | None", "None"),
    ("n: float", "3"),
    ("n: bool", "False"),
    ("n: datetime", "datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)"),
    ("n: datetime", "datetime(2026, 1, 2)"),
    ("n: date", "date(2026, 1, 2)"),
    ("n: tuple[int, ...]", "(1, 2)"),
    ("n: list[str]", "['a']"),
    ("n: frozenset[str]", "frozenset('abc')"),
    ("n: dict[str, int]", "{'a': 1}"),
    ("n: dict[int, str]", "{1: 'a'}"),
]


def value_of(text: str, event: type[Any]) -> Any:
    namespace: dict[str, Any] = {"event": event}
    exec("from datetime import *", namespace)
    return eval(text, namespace)


@pytest.mark.parametrize(("field", "value", "reason"), REFUSED)
def test_a_value_that_contradicts_its_annotation_is_refused(
    world: World, field: str, value: str, reason: str
) -> None:
    event = world.deploy(field)
    world.note("shop.Sold")
    with pytest.raises(InvalidEvent) as refused:
        publish(event(n=value_of(value, event)))
    assert reason in str(refused.value)
    assert f"{__file__}:" in str(refused.value)
    assert "Pass " in str(refused.value)
    db.get_session("shop").commit()  # the publisher's transaction is usable
    assert world.states() == []


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
def test_a_value_that_fits_is_delivered_as_it_is(
    world: World, field: str, value: str
) -> None:
    event = world.deploy(field)
    world.note("shop.Sold")
    sold = event(n=value_of(value, event))
    world.publish(sold)
    assert world.deliver() == []
    assert world.received == [sold]


@pytest.mark.parametrize(
    "module", ["found.ledger", "found.ledger.view", "found.ledger.jobs.nightly"]
)
def test_another_modules_event_is_refused(world: World, module: str) -> None:
    world.note()
    with pytest.raises(InvalidEvent, match=r"'ledger' publishes shop\.ThingSold"):
        call_as(module, lambda: publish(ThingSold(thing="book")))


@pytest.mark.parametrize(
    "module",
    [
        "found.shop",
        "found.shop.sales",
        "found.ledger.tests.test_view",
        "web.forms",
        "scripts",
        "found.ledgers.view",
    ],
)
def test_other_code_may_publish(world: World, module: str) -> None:
    world.note()
    call_as(module, lambda: world.sell("book"))
    assert world.deliver() == []
    assert len(world.received) == 1


def test_an_event_that_no_events_file_defines_is_refused(world: World) -> None:
    other = world.deploy("n: int")
    world.deploy("n: int")
    with pytest.raises(InvalidEvent, match=r"not an event of an active module"):
        publish(other(n=1))


@pytest.mark.parametrize("key", ["x" * 5000, "\0", "a\nb", "\ud800", "ü" * 201])
def test_any_text_can_be_an_ordering_key(world: World, key: str) -> None:
    world.note(ordered_by="thing")
    world.sell(key, key, "other")
    world.deliver()
    assert [each.thing for each in world.received].count(key) == 2


def test_a_long_ordering_key_keeps_the_order(world: World) -> None:
    fails = iter([True])

    @listens(ThingSold, ordered_by="thing")
    def first_fails(event: ThingSold) -> None:
        if event.price == 1 and next(fails, False):
            raise ValueError
        world.received.append((event.thing[-1], event.price))

    world.listen(first_fails)
    thing = "x" * 300
    world.publish(
        ThingSold(thing=f"{thing}a", price=1),
        ThingSold(thing=f"{thing}b", price=1),
        ThingSold(thing=f"{thing}a", price=2),
    )
    world.deliver()
    world.deliver()
    assert world.received.index(("a", 1)) < world.received.index(("a", 2))
    assert len(world.received) == 3


def test_no_ordering_key_holds_up_nothing(world: World) -> None:
    event = world.deploy("n: int; key: str | None = None")

    @listens(event, ordered_by="key")
    def fail_once(event):  # type: ignore[no-untyped-def]
        if event.n == 1:
            raise ValueError
        world.received.append(event.n)

    world.listen(fail_once)
    world.publish(event(n=1), event(n=2), event(n=3))
    world.deliver()
    assert world.received == [2, 3]
