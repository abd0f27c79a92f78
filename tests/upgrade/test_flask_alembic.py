"""The monolith takes over a database that it created when it used Flask-Alembic.

The SQL files contain the statements of the app's last version with Flask-Alembic: its
one migration, and the row with the revision id.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from stack.app import FOLDERS
from stack.postgres import Postgres
from stack.watchdog import Watchdog

from tests.conftest import FolderFactory
from tests.terminal import Terminal, status

HERE = Path(__file__).parent
REVISION = "1795534800"
USERS = 1_000
# `flask demo` without the migrations that it runs first.
FILL = f"""
import app
with app.app.app_context():
    password_hash = app.password_hasher.hash(app.PASSWORD)
    for users in app.demo_users({USERS}):
        app.add_demo_users(users, password_hash)
"""


@pytest.fixture(scope="module")
def postgres_url(server_folder: FolderFactory) -> Iterator[str]:
    """Start PostgreSQL and return the URL of an empty database."""
    with Watchdog() as watchdog:
        postgres = Postgres(server_folder("postgres"), watchdog)
        postgres.process.start()
        try:
            yield postgres.create_database()
        finally:
            postgres.process.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """Create a database with the tables of the old version, and return its engine."""
    url = f"sqlite:///{(tmp_path / 'app.db').as_posix()}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        url = url.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    script = (HERE / f"{request.param}.sql").read_text(encoding="utf-8")
    with engine.begin() as connection:
        for statement in script.split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def tables_of(database: sa.Engine) -> dict[str, sa.Table]:
    """Return the tables of a database as they are now, by name."""
    metadata = sa.MetaData()
    metadata.reflect(database)
    return dict(metadata.tables)


def fingerprints(
    database: sa.Engine, tables: dict[str, sa.Table]
) -> dict[str, tuple[int, str]]:
    """Return the row count and the SHA-256 checksum of each of the tables.

    The columns are those of ``tables``: a migration may have added others.
    """
    found = {}
    with database.connect() as connection:
        for name, table in tables.items():
            statement = sa.select(table).order_by(*table.primary_key)
            rows = connection.execute(statement).all()
            checksum = hashlib.sha256(repr(rows).encode()).hexdigest()
            found[name] = len(rows), checksum
    return found


def test_upgrade_keeps_every_row(database: sa.Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    terminal = Terminal(FOLDERS["before"], {"DATABASE_URL": url})
    terminal.must_run(f"python -c {shlex.quote(FILL)}")
    tables = tables_of(database)
    before = fingerprints(database, tables)
    assert before["alembic_version"][0] == 1
    assert before["users"][0] == USERS + 1
    assert before["posts"][0] > USERS

    terminal.must_run("flask db upgrade")

    after = fingerprints(database, tables)
    assert after == before | {"alembic_version": after["alembic_version"]}
    assert terminal.must_run("flask db current").split()[0] == REVISION
    terminal.must_run("flask db check")
    assert terminal.must_run("flask initialize").endswith("Up to date.\n")
    with terminal.serve("flask run") as site:
        for path in ("/readyz", "/blog/", "/blog/?page=50"):
            assert status(f"{site}{path}") == 200
