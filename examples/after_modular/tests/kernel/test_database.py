"""Data belongs to one module: what breaks in one leaves the others alone."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

import kernel
from config import Settings
from kernel import database
from kernel.database import module_registry, module_session
from kernel.exceptions import StartupError


class HealthyBase(DeclarativeBase):
    """The base of a module that works."""

    registry = module_registry()


class Note(HealthyBase):
    """A row of the module that works."""

    __tablename__ = "healthy_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime | None]


class BrokenBase(DeclarativeBase):
    """The base of a module with a mistake in it."""

    registry = module_registry()


class Order(BrokenBase):
    """A row whose relationship leads nowhere."""

    __tablename__ = "broken_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer = relationship("Custommer")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the table of the healthy module."""
    app = Flask(__name__)
    url = f"sqlite:///{tmp_path / 'database.db'}"
    app.config.from_object(Settings.load({"DATABASE_URL": url}))
    kernel.init_app(app, {})
    with app.app_context():
        HealthyBase.metadata.create_all(database.db.engine)
        yield app


def test_broken_relationship_breaks_its_own_module_only(app: Flask) -> None:
    with pytest.raises(InvalidRequestError, match="Custommer"):
        Order()
    session = module_session("healthy")
    session.add(Note(text="still here"))
    session.commit()
    assert session.scalars(sa.select(Note.text)).all() == ["still here"]


def test_with_one_base_for_all_it_would_break_every_module() -> None:
    class SharedBase(DeclarativeBase):
        registry = module_registry()

    class Invoice(SharedBase):
        __tablename__ = "broken_invoice"
        id: Mapped[int] = mapped_column(primary_key=True)
        customer = relationship("Custommer")

    class Post(SharedBase):
        __tablename__ = "healthy_post"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(InvalidRequestError, match="Custommer"):
        Post()


def test_failed_flush_leaves_the_other_sessions_usable(app: Flask) -> None:
    one, other = module_session("one"), module_session("other")
    one.add_all([Note(text="twice"), Note(text="twice")])
    with pytest.raises(IntegrityError):
        one.flush()
    other.add(Note(text="once"))
    other.commit()
    assert other.scalars(sa.select(Note.text)).all() == ["once"]


def test_tables_of_two_modules_share_no_metadata() -> None:
    assert set(HealthyBase.metadata.tables) == {"healthy_note"}
    assert set(BrokenBase.metadata.tables) == {"broken_order"}


def test_moment_comes_back_aware_and_in_utc(app: Flask) -> None:
    session = module_session("healthy")
    summer = timezone(timedelta(hours=2))
    session.add(Note(text="noon", at=datetime(2026, 5, 28, 12, tzinfo=summer)))
    session.commit()
    session.expire_all()
    assert session.scalars(sa.select(Note.at)).one() == datetime(
        2026, 5, 28, 10, tzinfo=UTC
    )


def test_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask(__name__)
    app.config.from_object(Settings.load({"DATABASE_URL": "postgresql://host/name"}))
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StartupError, match="needs the driver psycopg"):
        kernel.init_app(app, {})
