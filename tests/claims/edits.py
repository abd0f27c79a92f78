"""Edits: how a fault is put into the files of one module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Inject = Callable[[Path], bool]

# A module without the file gets this one, so that every module can have the fault.
STARTERS = {
    "models.py": '''\
"""Tables."""

from sqlalchemy.orm import DeclarativeBase

from kernel import module_registry, module_session

session = module_session("NAME")


class Base(DeclarativeBase):
    registry = module_registry()
''',
    "listeners.py": """\
from kernel import listens
from modules.auth.events import UserRenamed


@listens(UserRenamed)
def listen(event):
    pass
""",
    "admin.py": "def views():\n    return []\n",
    "personal_data.py": "def export(user_id):\n    return {}\n",
    "account_facts.py": "def facts(user_id):\n    return {}\n",
    "settings.py": """\
from dataclasses import dataclass

from kernel import ModuleSettings, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ModuleSettings):
    NAME_LIMIT: int = 1
""",
}


@dataclass(frozen=True)
class Fault:
    """A kind of bug.

    :param name: what it is called in the matrix.
    :param what: what is edited, in words.
    :param inject: puts it into a module's folder; returns ``False`` if the module
        has nothing of the kind.
    :param at_start: whether it is found while the app starts.
    :param spreads_from: the modules whose bug other modules feel.
    :param reason: why these feel it.
    :param remedy: what to do about it.
    """

    name: str
    what: str
    inject: Inject
    at_start: bool = False
    spreads_from: frozenset[str] = frozenset()
    reason: str = ""
    remedy: str = ""


def append(file: str, text: str, *, create: bool = True) -> Inject:
    """Return an edit that adds ``text`` to the end of a file of the module.

    ``NAME`` in the text stands for the name of the module.

    :param create: make the file if there is none; otherwise the module has nothing of
        the kind.
    """

    def edit(folder: Path) -> bool:
        path = folder / file
        if not path.exists():
            if not create or file not in STARTERS:
                return False
            write(path, STARTERS[file])
        source = path.read_text(encoding="utf-8")
        write(path, f"{source}\n\n{text}")
        return True

    return edit


def replace(file: str, old: str, new: str) -> Inject:
    """Return an edit that replaces a text that the file must contain."""

    def edit(folder: Path) -> bool:
        path = folder / file
        source = path.read_text(encoding="utf-8")
        assert old in source, f"{path} does not contain {old!r}"
        write(path, source.replace(old, new, 1))
        return True

    return edit


def write(path: Path, text: str) -> None:
    """Write a file of a module; ``NAME`` in the text is replaced."""
    path.parent.mkdir(exist_ok=True)
    parents = [path.parent.name, path.parent.parent.name]
    name = parents[1] if parents[0] in ("migrations", "templates") else parents[0]
    path.write_text(text.replace("NAME", name), encoding="utf-8")


def on_each_page(statements: str, *, imports: str = "") -> Inject:
    """Return an edit that runs statements at the start of each page of the module."""
    body = "".join(f"    {line}\n" for line in statements.splitlines())
    return append(
        "view.py", f"{imports}\n\n@blueprint.before_request\ndef broken():\n{body}"
    )


def at_registration(statements: str, *, imports: str = "") -> Inject:
    """Return an edit that runs statements while the blueprint is registered.

    They can use ``app``.
    """
    body = "".join(f"    {line}\n" for line in statements.splitlines())
    return append(
        "view.py",
        f"{imports}\n\n@blueprint.record\ndef broken(state):\n"
        f"    app = state.app\n{body}",
    )


def migration(body: str, *, down: str | None = None) -> Inject:
    """Return an edit that adds a migration.

    :param body: the whole of ``upgrade()``, or text that is no function at all.
    :param down: the predecessor; the newest migration of the module by default.
    """

    def edit(folder: Path) -> bool:
        if not (folder / "models.py").exists():
            write(folder / "models.py", STARTERS["models.py"])
        name = folder.name
        before = len(list(folder.glob(f"migrations/{name}_*.py")))
        newest = f"{name}_{before:04d}" if before else None
        revision = f"{name}_{before + 1:04d}"
        write(
            folder / "migrations" / f"{revision}_broken.py",
            f'"""A bug."""\n\nrevision = {revision!r}\n'
            f"down_revision = {down or newest!r}\n\n\n{body}",
        )
        return True

    return edit
