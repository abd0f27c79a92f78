"""Which names a new module or box can have. Each rule prevents a collision."""

from __future__ import annotations

import keyword
import re
import unicodedata
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ..database import db
from ..manifest import BOX_PREFIX
from ..runtime import Kernel
from .errors import ScaffoldingError
from .project import Project

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Alembic keeps a version, which is the name and _0001, in a column of 32 characters.
MODULE_LENGTH = 27
BOX_LENGTH = 20
SHOWN = 40  # characters of a refused name in the message
# Databases reserve names that start with these for tables of their own.
RESERVED = ("sqlite", "pg")
# Folders that pytest, ruff and the rules know by their name, wherever they are.
FOLDERS = ("migrations", "static", "templates", "tests")


def check_module_name(name: str, project: Project, *, renamed: str = "") -> None:
    """Check that a module can be called ``name``.

    :param renamed: the present name of the module, when it is renamed.
    :raises ScaffoldingError: with the reason, if it can't.
    """
    _check_word(name, "module", MODULE_LENGTH)
    if (path := project.modules / name).exists():
        raise ScaffoldingError(
            f"{project.shown(path)} exists already. Choose another name.",
            error="name-taken",
        )
    _check_app(name, project, renamed)
    for package in Kernel.of(project.app).packages:
        _check_prefix(name, package.name)
    for other in project.found.values():
        if other.name != renamed:
            _check_prefix(name, other.name)
            _check_previous(name, other.name, other.previous_names)
    _check_tables(name, project)


def check_box_name(name: str, project: Project) -> None:
    """Check that a box can be called ``name``, with or without ``box__``.

    :raises ScaffoldingError: with the reason, if it can't.
    """
    _check_word(name.removeprefix(BOX_PREFIX), "box", BOX_LENGTH)
    if (path := project.box(name)).exists():
        raise ScaffoldingError(
            f"{project.shown(path)} exists already. Choose another name.",
            error="name-taken",
        )


def find_box(name: str, project: Project) -> Path:
    """Return the folder of the box ``name``, given with or without ``box__``.

    :raises ScaffoldingError: when there is no such box.
    """
    _check_word(name.removeprefix(BOX_PREFIX), "box", BOX_LENGTH)
    if not ((path := project.box(name)) / "__init__.py").is_file():
        raise ScaffoldingError(
            f"There is no box {project.shown(path)}. Create it with `flask startbox "
            f"{name}`.",
            error="unknown-box",
        )
    return path


def _check_word(name: str, kind: str, length: int) -> None:
    shown = repr(name if len(name) <= SHOWN else f"{name[:SHOWN]}...")
    if name.startswith(BOX_PREFIX):
        raise ScaffoldingError(
            f"{shown} is the name of a box, not of a module. Use `flask startbox "
            f"{name.removeprefix(BOX_PREFIX)[:SHOWN]}`.",
            error="invalid-module-name",
        )
    if not NAME.fullmatch(name):
        plain = unicodedata.normalize("NFKD", name[:100]).encode("ascii", "ignore")
        better = re.sub(r"[^a-z0-9]+", "_", plain.decode().lower())
        better = better.strip("_0123456789")
        example = (
            f", such as {better[:length]}" if NAME.fullmatch(better[:length]) else ""
        )
        raise ScaffoldingError(
            f"{shown} can't be the name of a {kind}. Use lowercase letters, digits "
            f"and single underscores, and start with a letter{example}.",
            error="invalid-module-name",
        )
    if keyword.iskeyword(name):
        raise ScaffoldingError(
            f"{shown} is a keyword of Python, so it can't be imported. Choose another "
            "name.",
            error="invalid-module-name",
        )
    if name in FOLDERS:
        raise ScaffoldingError(
            f"{shown} is the name of a folder in each module. Choose another name.",
            error="name-taken",
        )
    if len(name) > length:
        raise ScaffoldingError(
            f"{shown} has {len(name)} characters; the name of a {kind} may have "
            f"{length}. Choose a shorter name.",
            error="invalid-module-name",
        )


def _check_app(name: str, project: Project, renamed: str) -> None:
    """Refuse a name that the app uses for something else."""
    if own := next((p for p in project.root.iterdir() if p.stem == name), None):
        raise ScaffoldingError(
            f"{name!r} is taken: the app has {own.name}. Choose another name.",
            error="name-taken",
        )
    pages = [
        str(rule)
        for rule in project.app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] != renamed
    ]
    pages += [m.url_prefix for m in project.found.values() if m.name != renamed]
    prefixes = [page.split("/")[1] for page in pages]
    if name not in project.found and name in prefixes:
        raise ScaffoldingError(
            f"{name!r} is taken: /{name} is a page. Choose another name.",
            error="name-taken",
        )
    if name not in project.found and name in project.app.blueprints:
        raise ScaffoldingError(
            f"{name!r} is taken: a blueprint has this name. Choose another name.",
            error="name-taken",
        )
    if reserved := next((r for r in RESERVED if f"{name}_".startswith(f"{r}_")), None):
        raise ScaffoldingError(
            f"{name!r} is reserved: databases name their own tables {reserved}_... "
            "Choose another name.",
            error="invalid-module-name",
        )


def _check_prefix(name: str, other: str) -> None:
    if name == other:
        raise ScaffoldingError(
            f"There is a module {name!r} already. Choose another name.",
            error="name-taken",
        )
    short, long = sorted((name, other), key=len)
    if long.startswith(f"{short}_"):
        raise ScaffoldingError(
            f"{name!r} is too close to the module {other!r}: all tables that start "
            f"with {short}_ belong to {short!r}. Choose another name.",
            error="table-prefix-clash",
        )


def _check_previous(name: str, other: str, previous: tuple[str, ...]) -> None:
    if name in previous:
        raise ScaffoldingError(
            f"{name!r} was the name of {other!r}: databases may still hold its tables "
            "under this name. Choose another name.",
            error="name-taken",
        )


def _check_tables(name: str, project: Project) -> None:
    """Refuse a name under which this app's database has tables of a removed module."""
    with project.app.app_context():
        try:
            tables = sa.inspect(db.engine).get_table_names()
        except OperationalError:
            return  # the database may not run on a developer's machine
    if found := [table for table in sorted(tables) if table.startswith(f"{name}_")]:
        raise ScaffoldingError(
            f"{name!r} is taken: the database has the table {found[0]}, of a module "
            "that was removed or renamed. Drop its tables or run `flask initialize`, "
            "or choose another name.",
            error="name-taken",
        )
