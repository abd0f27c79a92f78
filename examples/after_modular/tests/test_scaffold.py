"""The scaffolding commands write code that works, and lose no code and no data."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = (
    "kernel",
    "web",
    "modules",
    "app.py",
    "config.py",
    "conftest.py",
    "pyproject.toml",
)


class Copy:
    """A copy of the app, to write modules into."""

    def __init__(self, folder: Path) -> None:
        for name in PARTS:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / name)
        self.folder = folder
        self.modules = folder / "modules"

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy."""
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    def flask(self, *arguments: str) -> str:
        """Run a ``flask`` command that must work; return what it prints."""
        result = self.python("-m", "flask", *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def refusal(self, *arguments: str) -> str:
        """Run a ``flask`` command that must be refused; return its one line."""
        before = self.files()
        result = self.python("-m", "flask", *arguments)
        assert result.returncode == 2, result.stdout + result.stderr
        assert self.files() == before
        (line,) = result.stderr.splitlines()
        return line

    def pytest(self, *arguments: str) -> None:
        """Run tests that must pass."""
        result = self.python("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)
        assert result.returncode == 0, result.stdout
        assert "passed" in result.stdout

    def files(self) -> dict[str, bytes]:
        """Return everything in the folder of modules, hidden files too."""
        return {
            path.relative_to(self.modules).as_posix(): path.read_bytes()
            if path.is_file()
            else b""
            for path in self.modules.rglob("*")
        }


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a copy of the app."""
    return Copy(tmp_path)


def violations(copy: Copy) -> list[str]:
    """Return the lines of ``flask modules check`` that report a violation."""
    printed = copy.python("-m", "flask", "modules", "check").stdout
    return [line for line in printed.splitlines() if " [B" in line]


def test_a_new_module_works(copy: Copy) -> None:
    before = violations(copy)
    printed = copy.flask("startapp", "bookmarks")
    assert "modules/bookmarks/view.py" in printed
    assert "bookmarks       /bookmarks" in copy.flask("modules")
    assert "bookmarks_0001" in copy.flask("initialize")
    assert violations(copy) == before
    copy.pytest("modules/bookmarks")


# Words that are files of modules, or parts of the URLs of other modules.
COMMON = ("users", "login", "events", "account", "plans", "status", "new")


def test_common_words_are_good_names(copy: Copy) -> None:
    before = violations(copy)
    for name in COMMON:
        copy.flask("startapp", name)
    assert violations(copy) == before
    copy.pytest("--boot=all", *(f"modules/{name}" for name in COMMON))


def test_the_migration_matches_the_models(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    copy.flask("migrate", "bookmarks", "nothing")
    (second,) = copy.modules.glob("bookmarks/migrations/bookmarks_0002*")
    assert "op." not in second.read_text()


def test_migrate_names_what_it_can_migrate(copy: Copy) -> None:
    line = copy.refusal("migrate", "bokmarks", "nothing")
    assert "No module 'bokmarks' has tables. Those with tables: outbox, auth" in line


def test_two_modules_in_a_new_box(copy: Copy) -> None:
    copy.flask("startbox", "labs")
    copy.flask("startapp", "bookmarks", "labs")
    copy.flask("startapp", "json", "box__labs")  # the name of a standard module
    names = [path.name for path in copy.modules.glob("box__labs/*/")]
    assert sorted(names) == ["bookmarks", "json"]
    assert "in the box labs" in copy.flask("modules")
    copy.pytest("modules/box__labs")


def test_twice(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    assert "exists already" in copy.refusal("startapp", "bookmarks")


@pytest.mark.parametrize("command", [("startapp", "bookmarks"), ("startbox", "labs")])
def test_a_failure_leaves_nothing_behind(copy: Copy, command: tuple[str, str]) -> None:
    kind = {"startapp": "module/view.py", "startbox": "box/__init__.py"}[command[0]]
    template = copy.folder / f"kernel/scaffolding/template/{kind}.jinja"
    template.write_text("[[ no_such_value ]]")
    before = copy.files()
    assert copy.python("-m", "flask", *command).returncode != 0
    assert copy.files() == before


def test_without_the_layer_the_app_runs_and_has_no_such_command(copy: Copy) -> None:
    shutil.rmtree(copy.folder / "kernel/scaffolding")
    factory = copy.folder / "app.py"
    text = factory.read_text().replace("    scaffolding,\n", "")
    factory.write_text(text.replace("    scaffolding.init_app(app)\n", ""))
    assert "auth" in copy.flask("modules")
    for command in ("startapp", "migrate", "agents"):
        result = copy.python("-m", "flask", command)
        assert f"No such command '{command}'" in result.stderr


def add_reader(copy: Copy) -> None:
    """Write a module that depends on bookmarks and listens to its event."""
    copy.flask("startapp", "reader")
    manifest = copy.modules / "reader/__init__.py"
    text = manifest.read_text()
    manifest.write_text(text.replace("title=", 'depends_on=("bookmarks",), title=', 1))
    (copy.modules / "reader/listeners.py").write_text(
        "from kernel import listens\n"
        "from modules.bookmarks.events import EntryAdded\n"
        "\n"
        "@listens(EntryAdded)\n"
        "def read(event: EntryAdded) -> None:\n"
        "    pass\n"
    )


def add_index(copy: Copy) -> None:
    """Give the table of bookmarks an index and a constraint of their own."""
    models = copy.modules / "bookmarks/models.py"
    text = models.read_text()
    line = '    __tablename__ = "bookmarks_entry"\n'
    more = '    __table_args__ = (sa.Index(None, "created_at"),)\n'
    models.write_text(text.replace(line, line + more))
    copy.flask("migrate", "bookmarks", "index")


def query(copy: Copy, sql: str) -> list[str]:
    """Run a statement in the app's database; return the first column."""
    database = copy.folder / "instance/app.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        return [row[0] for row in connection.execute(sql)]


def test_a_renamed_module_keeps_its_data(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    add_index(copy)
    add_reader(copy)
    copy.flask("initialize")
    query(copy, "INSERT INTO bookmarks_entry VALUES (1, 'kept', '2026-01-01')")

    printed = copy.flask("renameapp", "bookmarks", "favorites")
    assert "Renamed bookmarks to favorites." in printed
    assert "changed: modules/reader/listeners.py" in printed
    assert "The migration favorites_0003 renames its tables" in printed
    assert not (copy.modules / "bookmarks").exists()
    assert "Migrated to favorites_0003" in copy.flask("initialize")
    assert copy.flask("initialize").endswith("Up to date.\n")

    assert query(copy, "SELECT text FROM favorites_entry") == ["kept"]
    names = query(copy, "SELECT name FROM sqlite_master")
    assert not [name for name in names if "bookmarks" in name]
    assert "ix_favorites_entry_created_at" in names
    copy.pytest("modules/favorites", "modules/reader")  # from an empty database
    assert "/bookmarks is a page" in copy.refusal("startapp", "bookmarks")
    copy.flask("migrate", "favorites", "nothing")
    (last,) = copy.modules.glob("favorites/migrations/favorites_0004*")
    assert "op." not in last.read_text()


def test_renamed_twice_between_two_deployments(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    copy.flask("initialize")
    query(copy, "INSERT INTO bookmarks_entry VALUES (1, 'kept', '2026-01-01')")
    copy.flask("renameapp", "bookmarks", "favorites")
    copy.flask("renameapp", "favorites", "stars")
    copy.flask("initialize")
    assert query(copy, "SELECT text FROM stars_entry") == ["kept"]


@pytest.mark.parametrize("name", ["events", "text"])
def test_a_name_that_is_also_another_word_is_replaced_where_it_is_the_module(
    copy: Copy, name: str
) -> None:
    copy.flask("startapp", name)
    copy.flask("renameapp", name, "stars")
    assert (copy.modules / "stars/events.py").exists()
    copy.pytest("modules/stars")


def test_renaming_reports_the_mentions_that_are_left(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    (copy.folder / "tests").mkdir()
    (copy.folder / "tests/test_it.py").write_text("\n\nbookmarks = 1\n")
    assert "tests/test_it.py: 3" in copy.flask("renameapp", "bookmarks", "stars")


def test_renaming_is_refused(copy: Copy) -> None:
    assert "There is no module 'bokmarks'" in copy.refusal("renameapp", "bokmarks", "b")
    assert "exists already" in copy.refusal("renameapp", "billing", "auth")


def test_renaming_that_fails_changes_nothing(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    add_reader(copy)
    rename = copy.folder / "kernel/scaffolding/rename.py"
    last = "        undo.pop_all()"
    assert last in rename.read_text()
    rename.write_text(rename.read_text().replace(last, "        raise OSError"))
    before = copy.files()
    result = copy.python("-m", "flask", "renameapp", "bookmarks", "stars")
    assert "OSError" in result.stderr
    assert copy.files() == before


def test_a_removed_module_leaves_its_tables(copy: Copy) -> None:
    copy.flask("startapp", "bookmarks")
    copy.flask("initialize")
    query(copy, "INSERT INTO bookmarks_entry VALUES (1, 'kept', '2026-01-01')")
    line = copy.refusal("removeapp", "bookmarks")
    assert "removes the folder modules/bookmarks. Confirm with --yes." in line

    printed = copy.flask("removeapp", "bookmarks", "--yes")
    assert "Removed modules/bookmarks." in printed
    assert "the database has the table bookmarks_entry" in copy.refusal(
        "startapp", "bookmarks"
    )
    assert "DROP TABLE bookmarks_entry;" in printed
    assert "DROP TABLE bookmarks_migration;" in printed
    assert not (copy.modules / "bookmarks").exists()
    assert "bookmarks" not in copy.flask("modules")
    assert query(copy, "SELECT text FROM bookmarks_entry") == ["kept"]
    for line in printed.splitlines():
        if "DROP TABLE" in line:
            query(copy, line)
    names = query(copy, "SELECT name FROM sqlite_master")
    assert not [name for name in names if "bookmarks" in name]


def test_removing_a_dependency_is_refused(copy: Copy) -> None:
    line = copy.refusal("removeapp", "auth", "--yes")
    assert "'auth' can't be removed" in line
    assert "billing" in line


def test_a_stale_guide_is_reported(copy: Copy) -> None:
    copy.flask("agents")
    copy.flask("agents", "--check")
    copy.flask("startapp", "bookmarks")
    result = copy.python("-m", "flask", "agents", "--check")
    assert result.returncode == 2
    assert "AGENTS.md is out of date. Run `flask agents`." in result.stderr
    copy.flask("agents")
    assert "### bookmarks" in (copy.folder / "AGENTS.md").read_text()
