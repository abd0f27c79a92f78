"""Trials: what a listener may not do, and what it may; what it can't bring down."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kernel import StartupError, db, listens, module_registry, publish

from ..kernel.shop import SHOP, ThingSold, subscribe
from .world import SALE, World

COMMITS = "ListenerCommittedError"
WRITES = "ForeignWriteError"


class Base(DeclarativeBase):
    """The declarative base of the ledger."""

    registry = module_registry()


class Sale(Base):
    """A sale."""

    __tablename__ = "sale"

    thing: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str | None]


def own() -> Session:
    return db.get_session("ledger")


def write(session: Any) -> None:
    session.execute(SALE, {"thing": "elsewhere"})


def write_and_commit(session: Session) -> None:
    write(session)
    session.commit()


def in_connection() -> None:
    with db.engine.begin() as connection:
        write(connection)


def in_autocommit() -> None:
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        write(connection)


def in_plain_session() -> None:
    with Session(db.engine) as session:
        write_and_commit(session)


def in_made_session() -> None:
    with db.sessionmaker() as session:
        write_and_commit(session)


def raw(statement: str) -> None:
    write(own())
    own().connection().exec_driver_sql(statement)


def driver_commit() -> None:
    write(own())
    own().connection().connection.commit()


def driver_cursor() -> None:
    connection: Any = own().connection().connection
    cursor = connection.cursor()
    cursor.execute("INSERT INTO sale VALUES ('elsewhere', 'key')")
    connection.commit()


def commit_connection() -> None:
    write(own())
    own().connection().commit()


def caught() -> None:
    try:
        in_connection()
    except Exception:
        return


def add_elsewhere() -> None:
    db.get_session("shop").add(Sale(thing="elsewhere"))


def core(statement: sa.Executable) -> None:
    db.session.execute(statement)


MISDEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "commits": (lambda: write_and_commit(own()), COMMITS),
    "commits its connection": (
        commit_connection,
        COMMITS,
    ),
    "runs COMMIT": (lambda: raw("COMMIT"), COMMITS),
    "runs commit with a comment": (lambda: raw("/* now */ commit -- x"), COMMITS),
    "runs END": (lambda: raw(" \n end"), COMMITS),
    "runs ROLLBACK": (lambda: raw("ROLLBACK"), COMMITS),
    "commits the driver's connection": (driver_commit, COMMITS),
    "commits a driver's cursor": (driver_cursor, COMMITS),
    "writes on a connection of its own": (in_connection, WRITES),
    "writes in autocommit": (in_autocommit, WRITES),
    "writes in a plain session": (in_plain_session, WRITES),
    "writes in a session it makes": (in_made_session, WRITES),
    "writes through db.session": (lambda: write(db.session), WRITES),
    "writes through another module's session": (
        lambda: write(db.get_session("shop")),
        WRITES,
    ),
    "calls an interface that commits": (
        lambda: write_and_commit(db.get_session("shop")),
        WRITES,
    ),
    "catches the error": (caught, WRITES),
    "adds an object elsewhere": (add_elsewhere, WRITES),
    "updates through db.session": (
        lambda: core(sa.update(Sale).values(key="x")),
        WRITES,
    ),
    "deletes through db.session": (lambda: core(sa.delete(Sale)), WRITES),
    "writes in a common table expression": (
        lambda: core(sa.text("WITH x AS (SELECT 1) INSERT INTO sale SELECT 'a', 'b'")),
        WRITES,
    ),
    "changes the schema": (lambda: core(sa.text("CREATE TABLE x (y INT)")), WRITES),
}


def savepoint(*, is_rolled_back: bool) -> None:
    nested = own().begin_nested()
    write(own())
    nested.rollback() if is_rolled_back else nested.commit()


def roll_back_and_write() -> None:
    write(own())
    own().rollback()
    write(own())


def write_object() -> None:
    own().add(Sale(thing="pen"))
    own().flush()


def read(connection: Any) -> None:
    connection.execute(sa.text("-- count\nSELECT count(*) FROM sale")).all()


def read_in_connection() -> None:
    with db.engine.begin() as connection:
        read(connection)


def read_and_commit() -> None:
    read(db.get_session("shop"))
    db.get_session("shop").commit()


DEEDS: dict[str, Callable[[], object]] = {
    "does nothing": lambda: None,
    "writes": lambda: write(own()),
    "writes objects": write_object,
    "leaves objects to flush": lambda: own().add(Sale(thing="pen")),
    "uses a savepoint": lambda: savepoint(is_rolled_back=False),
    "rolls a savepoint back": lambda: savepoint(is_rolled_back=True),
    "rolls back and writes": roll_back_and_write,
    "reads from another module": lambda: read(db.get_session("shop")),
    "reads on a connection of its own": read_in_connection,
    "calls an interface that reads and commits": read_and_commit,
    "reads with a common table expression": lambda: core(
        sa.text("WITH x AS (SELECT 1 AS y) SELECT y FROM x")
    ),
}


@pytest.mark.parametrize("name", MISDEEDS)
def test_a_listener_fails_that(world: World, name: str) -> None:
    act, error = MISDEEDS[name]

    @listens(ThingSold)
    def misbehave(event: ThingSold) -> None:
        act()

    world.app.config["EVENTS_RAISE"] = False
    world.listen(misbehave)
    world.sell("book")
    (failure,) = world.deliver()[:1]
    assert failure.startswith(error)
    assert "ledger.misbehave()" in failure
    assert world.states() == ["failed"]
    ended_by_driver = "driver" in name
    assert ended_by_driver or world.sales() == []


@pytest.mark.parametrize("name", DEEDS)
def test_a_listener_may(world: World, name: str) -> None:
    act = DEEDS[name]

    @listens(ThingSold)
    def behave(event: ThingSold) -> None:
        act()

    world.listen(behave)
    world.sell("book")
    assert world.deliver() == []
    assert world.states() == ["completed"]


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(1),
        KeyboardInterrupt(),
        GeneratorExit(),
        StartupError("no", error="invalid-setting"),
        BaseExceptionGroup("several", [SystemExit()]),
        type("Stop", (BaseException,), {})("stop"),
        RecursionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_listener_raises_is_a_failed_attempt(
    world: World, error: BaseException
) -> None:
    def end(event: ThingSold) -> None:
        raise error

    world.listen(listens(ThingSold)(end))
    world.note()
    world.sell("book", "pen")
    world.deliver()
    assert sorted(world.states()) == ["completed"] * 2 + ["failed"] * 2
    assert len(world.received) == 2


@pytest.fixture
def short_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow a chain of events down from the tenth on."""
    monkeypatch.setattr("kernel.outbox.dispatcher.FREE_CHAIN_LENGTH", 10)


def chain(world: World) -> None:
    """Let the shop publish another sale on each sale, for ever."""

    @listens(ThingSold, ordered_by="price")
    def again(event: ThingSold) -> None:
        if event.thing == "chain":
            world.received.append("chain")
            publish(ThingSold(thing="chain", price=event.price))

    subscribe(world.app, again, module=SHOP)


@pytest.mark.usefixtures("short_chains")
@pytest.mark.parametrize("engine", ["worker", "inline"])
def test_an_endless_chain_does_not_starve_others(world: World, engine: str) -> None:
    app = world.app = world.make_app(EVENTS_ENGINE=engine)
    with app.app_context():
        chain(world)
        world.note()
        world.sell("chain", "book")
        assert world.deliver() == []  # returns
    assert world.received.count("chain") >= 10
    assert "book" in [getattr(each, "thing", None) for each in world.received]
    assert world.states().count("pending") >= 1  # the next one, a second later


@pytest.mark.usefixtures("short_chains")
def test_a_waiting_retry_does_not_starve(world: World) -> None:
    fails = iter([True])

    @listens(ThingSold)
    def fail_once(event: ThingSold) -> None:
        if next(fails, False):
            raise ValueError
        world.received.append(event.thing)

    chain(world)
    world.listen(fail_once)
    world.sell("book")
    world.sell("chain")
    world.deliver()
    assert "book" in world.received
