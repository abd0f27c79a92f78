"""The event and the listener that the docs show: both were renamed and changed."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from kernel import Event, Kernel, events, listens

from ..kernel.shop import subscribe
from .world import World

received: list[Event] = []


@dataclass(frozen=True, kw_only=True)
class SaleMade(Event):
    """A thing was sold. Version 1 had a price in euros, and its name was Sold."""

    thing: str
    cents: int

    schema_version = 2
    previous_names = ("shop.Sold",)

    @classmethod
    def upcast(cls, fields: dict[str, Any], version: int) -> dict[str, Any]:
        """Convert the euros of version 1."""
        return {"thing": fields["thing"], "cents": fields["price"] * 100}


@listens("shop.SaleMade", previous_names=("ledger.note",))
def record_sale(event: SaleMade) -> None:
    """Record a sale; this listener was called note."""
    received.append(event)


def test_a_waiting_delivery_is_made_after_both_are_renamed(world: World) -> None:
    sold = world.deploy("thing: str; price: int")
    world.note("shop.Sold")
    world.publish(sold(thing="book", price=5))

    kernel = Kernel.of(world.app)
    kernel.subscriptions.clear()
    kernel.events.clear()
    SaleMade.__module__ = "found.shop.events"
    file = ModuleType("found.shop.events")
    file.SaleMade = SaleMade  # type: ignore[attr-defined]
    events.register(world.app, file)
    subscribe(world.app, record_sale)
    received.clear()
    assert world.run("check")[0] == 0
    assert world.deliver() == []
    assert received == [SaleMade(thing="book", cents=500)]
