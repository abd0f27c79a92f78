import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app import app, current_revision, migrate
from models import Notification, Post, db

MIGRATIONS = Path(app.root_path) / "migrations"
CHANGE_USERS = """
import sqlalchemy as sa
from alembic import op

revision = "longer_names"
down_revision = "{newest}"


def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("name", type_=sa.String(100))
"""


@pytest.fixture
def longer_names(tmp_path):
    """Return a configuration with an additional migration that rebuilds `users`."""
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    source = CHANGE_USERS.format(newest=current_revision())
    (folder / "versions" / "longer_names.py").write_text(source)
    config = migrate.get_config(folder)
    config.attributes["configure_logger"] = False
    return config


def foreign_keys_enabled():
    return db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_models_and_migrations_agree():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []


def test_a_batch_migration_keeps_the_rows_of_other_tables(
    make_user, write, longer_names
):
    user = make_user()
    write(user)
    db.session.add(Notification(user_id=user.id, text="Hello"))
    db.session.commit()
    command.upgrade(longer_names, "head")
    assert current_revision() == "longer_names"
    columns = sa.inspect(db.engine).get_columns("users")
    assert {c["name"]: c["type"] for c in columns}["name"].length == 100
    assert db.session.query(Post).count() == 1
    assert db.session.query(Notification).count() == 1
    assert foreign_keys_enabled()


def test_a_newer_database_is_refused(longer_names):
    command.upgrade(longer_names, "head")
    result = app.test_cli_runner().invoke(args=["initialize"])
    assert result.exit_code == 1
    assert "Can't locate revision identified by 'longer_names'" in result.output
