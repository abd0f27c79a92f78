"""Rename a module: its folder, its code, what others call it, and its tables."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..manifest import Module
from .errors import ScaffoldingError
from .names import check_module_name
from .project import Project
from .references import Names, read
from .staging import staging
from .table_migration import write_migration

IMPORT_NAME = "import_name=__name__,"
NOT_COPIED = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Renamed:
    """The new folder, the other files that changed, and the migration."""

    folder: Path
    others: list[Path]
    migration: str | None


def rename_module(project: Project, old: str, new: str) -> Renamed:
    """Rename the module ``old``, all of it or, if something fails, nothing.

    :raises ScaffoldingError: when there is no such module, or the name can't be used.
    """
    module = project.module(old)
    check_module_name(new, project, renamed=old)
    target = module.path.with_name(new)
    names = Names(
        old=old,
        new=new,
        old_import=module.import_name,
        new_import=f"{module.import_name.rpartition('.')[0]}.{new}",
        stored=_stored_names(module),
        static=_files(module.path / "static"),
        templates=_files(module.path / "templates" / old),
        modules=frozenset(project.found),
    )
    others = _others(project, module, names)
    with staging(project.modules) as folder, ExitStack() as undo:
        draft = folder / new
        shutil.copytree(module.path, draft, ignore=NOT_COPIED)
        _rewrite(draft, names)
        migration = write_migration(module, new, draft / "migrations")
        _keep_in_manifest(draft / "__init__.py", module, migration is not None)
        _move(module.path, folder / "before", undo)
        _move(draft, target, undo)
        for path, text in others.items():
            undo.callback(path.write_text, read(path), encoding="utf-8")
            path.write_text(text, encoding="utf-8")
        undo.pop_all()
    return Renamed(target, list(others), migration)


def _stored_names(module: Module) -> tuple[str, ...]:
    """Return the names by which a database knows something of the module."""
    models = module.part("models")
    tables = models.Base.metadata.tables.values() if models else ()
    found = (each for t in tables for each in (t, *t.indexes, *t.constraints))
    names = {str(each.name) for each in found if each.name}
    return tuple(sorted(name for name in names if f"{module.name}_" in name))


def _files(folder: Path) -> tuple[str, ...]:
    """Return the files below a folder, if there is one."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple(path.relative_to(folder).as_posix() for path in found)


def _others(project: Project, module: Module, names: Names) -> dict[Path, str]:
    """Return the new text of each file of another module that refers to this one."""
    texts = {
        path: (read(path), names.in_other_file(read(path)))
        for path in sorted(project.modules.rglob("*.py"))
        if not path.is_relative_to(module.path)
    }
    return {path: after for path, (before, after) in texts.items() if before != after}


def _rewrite(draft: Path, names: Names) -> None:
    """Write the new name into files and file names; migrations stay unchanged."""
    for path in sorted(draft.rglob("*"), reverse=True):  # files before their folders
        folder = path.relative_to(draft).parts[0]
        if folder == "migrations":
            continue
        if path.is_file() and (text := read(path)):
            path.write_text(names.in_own_file(text), encoding="utf-8")
        is_named = path.name.partition(".")[0] == names.old
        if folder == "templates" and is_named:
            path.rename(path.with_name(path.name.replace(names.old, names.new, 1)))


def _keep_in_manifest(file: Path, module: Module, has_tables: bool) -> None:
    """Declare in the manifest the URL prefix, and the name that databases know."""
    text = file.read_text(encoding="utf-8")
    added = []
    if "url_prefix=" not in text:
        added.append(f'url_prefix="{module.url_prefix}",')
    if has_tables and "previous_names=(" in text:
        names = f'previous_names=("{module.name}", '
        text = text.replace("previous_names=(", names, 1)
    elif has_tables:
        added.append(f'previous_names=("{module.name}",),')
    if added and IMPORT_NAME not in text:
        raise ScaffoldingError(
            f"The manifest of {module.name!r} has no {IMPORT_NAME[:-1]}, beside which "
            f"{' and '.join(added)} are written. Add it first.",
            error="import-name-missing",
        )
    lines = r"\1".join([IMPORT_NAME, *added, ""])
    text = re.sub(rf"{IMPORT_NAME}(\s*)", lines, text, count=1)
    file.write_text(text, encoding="utf-8")


def _move(source: Path, target: Path, undo: ExitStack) -> None:
    source.rename(target)
    undo.callback(target.rename, source)
