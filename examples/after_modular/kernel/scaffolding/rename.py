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
        tables=_tables(module),
    )
    others = _others(project, module, names)
    with staging(project.modules) as folder, ExitStack() as undo:
        draft = folder / new
        shutil.copytree(module.path, draft, ignore=NOT_COPIED)
        _rewrite(draft, names)
        migration = write_migration(module, new, draft / "migrations")
        if migration:
            _remember_name(draft / "__init__.py", old)
        _move(module.path, folder / "before", undo)
        _move(draft, target, undo)
        for path, text in others.items():
            undo.callback(path.write_text, read(path), encoding="utf-8")
            path.write_text(text, encoding="utf-8")
        undo.pop_all()
    return Renamed(target, list(others), migration)


def _tables(module: Module) -> tuple[str, ...]:
    models = module.part("models")
    return tuple(models.Base.metadata.tables) if models else ()


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
        if folder in ("templates", "static") and is_named:
            path.rename(path.with_name(path.name.replace(names.old, names.new, 1)))


def _remember_name(manifest: Path, old: str) -> None:
    text = manifest.read_text(encoding="utf-8")
    if "previous_names=(" in text:
        text = text.replace("previous_names=(", f'previous_names=("{old}", ', 1)
    else:
        line = rf'import_name=__name__,\1previous_names=("{old}",),\1'
        text = re.sub(r"import_name=__name__,(\s*)", line, text, count=1)
    if f'previous_names=("{old}"' not in text:
        raise ScaffoldingError(
            f"The manifest of {old!r} has no import_name=__name__, beside which "
            "previous_names is written. Add it first.",
            error="import-name-missing",
        )
    manifest.write_text(text, encoding="utf-8")


def _move(source: Path, target: Path, undo: ExitStack) -> None:
    source.rename(target)
    undo.callback(target.rename, source)
