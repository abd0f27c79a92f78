"""The demo's modules are renamed, and its data and its tests survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import NewDatabase
from .copies import Copy
from .test_names import data

RENAMED = {
    "admin": "backoffice",
    "auth": "members",
    "billing": "payments",
    "blog": "articles",
    "dashboard": "home",
    "notifications": "alerts",
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_module_is_renamed(
    tmp_path: Path, new_database: NewDatabase, kind: str
) -> None:
    database = new_database(kind)
    copy = Copy(tmp_path / "app")
    copy.must_run("-m", "flask", "initialize", database=database)
    copy.must_run("-m", "flask", "demo", database=database)
    before = copy.program("rows", database=database)

    for names in RENAMED.items():
        printed = copy.must_run("-m", "flask", "renameapp", *names, database=database)
        assert "Its pages keep their URLs." in printed
    printed = copy.must_run("-m", "flask", "modules", "check", database=database)
    assert "rules hold in 6 modules." in printed
    copy.must_run("-m", "flask", "initialize", database=database)
    printed = copy.must_run("-m", "flask", "initialize", database=database)
    assert printed.endswith("Up to date.\n")
    after = copy.program("rows", database=database)
    assert data({old_name(name): rows for name, rows in after.items()}) == data(before)
    if kind == "sqlite":
        tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "modules")
        copy.must_run(*tests)


def old_name(table: str) -> str:
    """Return the name that a table had before its module was renamed."""
    module, _, rest = table.partition("_")
    names = {new: old for old, new in RENAMED.items()}
    return f"{names.get(module, module)}_{rest}"
