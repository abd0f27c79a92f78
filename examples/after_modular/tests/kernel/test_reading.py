"""What a page reads, it reads from one connection and without a transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import kernel
from config import Settings
from kernel.database import db, module_registry, module_session


class Base(DeclarativeBase):
    """The base of the module under test."""

    registry = module_registry()


class Note(Base):
    """A row."""

    __tablename__ = "notes_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


FIRST = sa.select(Note.text).order_by(Note.id)
first, second = module_session("first"), module_session("second")


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask(__name__)
    url = f"sqlite:///{tmp_path / 'database.db'}"
    app.config.from_object(Settings.load({"DATABASE_URL": url}))
    kernel.init_app(app, {})
    with app.app_context():
        Base.metadata.create_all(db.engine)
        first.add(Note(text="there"))
        first.commit()
    return app


@pytest.fixture
def happened(app: Flask) -> Iterator[Counter[str]]:
    """Count connections, and the transactions that begin on them."""
    counted: Counter[str] = Counter()
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine.pool, "checkout", lambda *_: counted.update(["connections"]))
    sa.event.listen(engine, "begin", lambda _: counted.update(["transactions"]))
    yield counted
    engine.dispose()


Answer = Callable[..., str]


@pytest.fixture
def answer(app: Flask) -> Answer:
    """Return a function that lets a view answer a request."""

    def answer(view: Callable[[], str | None], method: str = "GET") -> str:
        app.add_url_rule("/", "view", lambda: view() or "", methods=[method])
        response = app.test_client().open("/", method=method)
        assert response.status_code == 200
        return response.text

    return answer


def read_both() -> str:
    return f"{first.scalar(FIRST)} {second.scalar(FIRST)}"


def test_a_page_reads_for_all_modules_from_one_connection(
    answer: Answer, happened: Counter[str]
) -> None:
    assert answer(read_both) == "there there"
    assert happened["connections"] == 1


def test_a_page_that_reads_is_in_no_transaction(
    answer: Answer, happened: Counter[str]
) -> None:
    def isolation() -> str:
        first.scalar(FIRST)
        connection = first.get_bind(clause=FIRST)
        assert isinstance(connection, sa.Connection)
        return str(connection.get_execution_options()["isolation_level"])

    assert answer(isolation) == "AUTOCOMMIT"


def test_a_form_has_a_transaction_for_each_module(
    answer: Answer, happened: Counter[str]
) -> None:
    answer(read_both, method="POST")
    assert happened == {"connections": 2, "transactions": 2}


def test_what_a_page_writes_has_a_transaction_of_its_own(
    app: Flask, answer: Answer
) -> None:
    def change_and_think_again() -> str:
        note = first.get_one(Note, 1)
        note.text = "changed"
        first.flush()
        seen = first.scalar(FIRST)
        first.rollback()
        return f"{seen} {first.scalar(FIRST)}"

    assert answer(change_and_think_again) == "changed there"


def test_a_page_may_write_without_objects(app: Flask, answer: Answer) -> None:
    def change() -> None:
        first.execute(sa.update(Note).values(text="changed"))
        second.rollback()
        first.commit()

    answer(change)
    with app.app_context():
        assert first.scalar(FIRST) == "changed"


def test_a_statement_that_fails_for_one_module_spoils_nothing_for_another(
    answer: Answer,
) -> None:
    def fail_and_go_on() -> str:
        with pytest.raises(sa.exc.OperationalError):
            first.execute(sa.select(sa.column("x")).select_from(sa.table("nowhere")))
        return f"{second.scalar(FIRST)}"

    assert answer(fail_and_go_on) == "there"


def test_commands_and_listeners_keep_their_transactions(
    app: Flask, happened: Counter[str]
) -> None:
    with app.test_request_context("/"):  # a request that is not dispatched
        read_both()
    assert happened["connections"] == 2
