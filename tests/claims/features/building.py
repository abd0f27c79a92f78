"""How a feature is written down, and built into an app."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """A replacement in a file of the app."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Build:
    """How a feature is built in one app."""

    edits: tuple[Edit, ...]
    new_files: tuple[tuple[str, str], ...] = ()
    migration_of: str = ""  # the module whose tables change, in the modular app


@dataclass(frozen=True)
class Feature:
    """A feature, and a request that shows that it is there."""

    name: str
    before: Build
    after: Build
    path: str
    says: str


def build(folder: Path, work: Build) -> None:
    """Write a feature into the app's folder."""
    for edit in work.edits:
        file = folder / edit.file
        source = file.read_text(encoding="utf-8")
        assert edit.old in source, (
            f"{edit.file} holds no {edit.old!r}: bring tests/claims/features/ up "
            "to date"
        )
        file.write_text(source.replace(edit.old, edit.new), encoding="utf-8")
    for name, text in work.new_files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def after(file: str, old: str, new: str) -> Edit:
    """Insert a text after another one."""
    return Edit(file, old, old + new)


def before(file: str, old: str, new: str) -> Edit:
    """Insert a text before another one."""
    return Edit(file, old, new + old)


# Places in the monolith where people add things.
NEXT_SECTION = (
    "# ============================================================= dashboard"
)
LAST_MENU_ENTRY = (
    '        MenuEntry("Notifications", "notifications", "bell", "member"),\n'
)
AFTER_POST = 'class Checkout(db.Model):\n    """A payment attempt'
LAST_FORM = '    email = BooleanField("Email me my invoices and payment updates")\n'
