"""The faults: bugs that are put into one module, each by a small edit of its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """A kind of bug.

    :param name: what it is called in the matrix.
    :param what: what is edited, in words.
    :param inject: puts it into a module's folder; returns ``False`` if the module
        has nothing of the kind.
    """

    name: str
    what: str
    inject: Callable[[Path], bool]


def append(folder: Path, file: str, text: str) -> bool:
    """Add to the end of a file, if there is such a file."""
    path = folder / file
    if not path.exists():
        return False
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{text}", encoding="utf-8")
    return True


def manifest(folder: Path) -> bool:
    """Let the manifest raise."""
    return append(folder, "__init__.py", 'raise RuntimeError("a bug")\n')


def menu(folder: Path) -> bool:
    """Let a menu entry lead to a page that does not exist."""
    return append(
        folder,
        "__init__.py",
        f"""\
from dataclasses import replace

from kernel import Link as MenuLink

module = replace(
    module, links=(*module.links, MenuLink("Nowhere", "{folder.name}.nowhere"))
)
""",
    )


def on_import(folder: Path) -> bool:
    """Let ``view.py`` raise when it is imported."""
    return append(folder, "view.py", 'raise RuntimeError("a bug")\n')


def on_exit(folder: Path) -> bool:
    """Let ``view.py`` call ``exit()`` when it is imported."""
    return append(folder, "view.py", 'raise SystemExit("a bug")\n')


def mapper(folder: Path) -> bool:
    """Add a model whose relationship leads nowhere."""
    _ensure_models(folder)
    return append(
        folder,
        "models.py",
        f"""\
from sqlalchemy.orm import mapped_column as column
from sqlalchemy.orm import relationship


class Broken(Base):
    __tablename__ = "{folder.name}_broken"

    id = column(__import__("sqlalchemy").Integer, primary_key=True)
    other = relationship("Nowhere")
""",
    )


def register(folder: Path) -> bool:
    """Let the blueprint raise while it is registered."""
    return append(
        folder,
        "view.py",
        """\
@blueprint.record
def broken(state):
    raise RuntimeError("a bug")
""",
    )


def on_request(folder: Path) -> bool:
    """Let each page of the module raise."""
    return append(
        folder,
        "view.py",
        """\
@blueprint.before_request
def broken():
    raise RuntimeError("a bug")
""",
    )


def template(folder: Path) -> bool:
    """Put a syntax error into each template."""
    templates = [path for path in folder.glob("templates/**/*") if path.is_file()]
    for path in templates:
        source = path.read_text(encoding="utf-8")
        path.write_text("{% a bug %}\n" + source, encoding="utf-8")
    return bool(templates)


def interface(folder: Path) -> bool:
    """Let each function of the published interface raise."""
    return append(folder, "service.py", BREAK_FUNCTIONS)


def data_pages(folder: Path) -> bool:
    """Let what the module adds to the admin panel raise."""
    return append(folder, "admin.py", BREAK_FUNCTIONS)


def account_data(folder: Path) -> bool:
    """Let what the module adds to the account page and to the export raise."""
    files = ("personal_data.py", "account_facts.py")
    changed = [append(folder, file, BREAK_FUNCTIONS) for file in files]
    return any(changed)


def event(folder: Path) -> bool:
    """Let each listener raise.

    A module without listeners gets one. ``auth`` can't have one, since all others
    depend on it: it gets an event that can't be made instead.
    """
    if folder.name == "auth":
        return append(folder, "events.py", BREAK_EVENT)
    if not (folder / "listeners.py").exists():
        (folder / "listeners.py").write_text(LISTENER, encoding="utf-8")
    return append(folder, "listeners.py", BREAK_LISTENERS)


def migration(folder: Path) -> bool:
    """Add a migration that raises."""
    _ensure_models(folder)
    name = folder.name
    (folder / "migrations").mkdir(exist_ok=True)
    before = sorted(path.stem for path in folder.glob(f"migrations/{name}_*.py"))
    down = f"{name}_{len(before):04d}" if before else None
    revision = f"{name}_{len(before) + 1:04d}"
    (folder / "migrations" / f"{revision}_broken.py").write_text(
        f'"""A bug."""\n\nrevision = {revision!r}\ndown_revision = {down!r}\n\n\n'
        'def upgrade():\n    raise RuntimeError("a bug")\n',
        encoding="utf-8",
    )
    return True


def hook(folder: Path) -> bool:
    """Let a function raise that runs before each request of the whole app."""
    return append(
        folder,
        "view.py",
        """\
@blueprint.before_app_request
def broken():
    raise RuntimeError("a bug")
""",
    )


def _ensure_models(folder: Path) -> None:
    if not (folder / "models.py").exists():
        (folder / "models.py").write_text(MODELS, encoding="utf-8")


MODELS = '''\
"""Tables."""

from sqlalchemy.orm import DeclarativeBase

from kernel import module_registry


class Base(DeclarativeBase):
    registry = module_registry()
'''

LISTENER = """\
from kernel import listens
from modules.auth.events import UserRenamed


@listens(UserRenamed)
def listen(event):
    pass
"""

# The signatures stay: the loader refuses functions that differ from their contract.
BREAK_FUNCTIONS = """\
from functools import wraps


def _broken(function):
    @wraps(function)
    def broken(*args, **kwargs):
        raise RuntimeError("a bug")

    return broken


for _name, _value in list(globals().items()):
    if type(_value) is type(_broken) and _value.__module__ == __name__:
        globals()[_name] = _broken(_value)
"""

BREAK_LISTENERS = """\
def _broken(event_name, ordered_by):
    def broken(event):
        raise RuntimeError("a bug")

    broken.listens_to, broken.ordered_by = event_name, ordered_by
    return broken


for _name, _value in list(globals().items()):
    if type(_value) is type(_broken) and hasattr(_value, "listens_to"):
        globals()[_name] = _broken(_value.listens_to, _value.ordered_by)
"""

BREAK_EVENT = """\
def _broken(event):
    raise RuntimeError("a bug")


UserRegistered.__init__ = lambda self, **values: _broken(self)
UserRenamed.__init__ = lambda self, **values: _broken(self)
"""

FAULTS = [
    Fault("manifest", "the manifest raises", manifest),
    Fault("menu", "a menu entry leads to no page", menu),
    Fault("import", "view.py raises when it is imported", on_import),
    Fault("exit", "view.py calls exit() when it is imported", on_exit),
    Fault("mapper", "a relationship of a model leads nowhere", mapper),
    Fault("register", "the blueprint raises while it is registered", register),
    Fault("request", "each page raises", on_request),
    Fault("template", "each template has a syntax error", template),
    Fault("interface", "each function of the interface raises", interface),
    Fault("data pages", "what it adds to the admin panel raises", data_pages),
    Fault("account data", "what it adds to the account page raises", account_data),
    Fault("event", "each listener raises", event),
    Fault("migration", "a migration raises", migration),
    Fault("hook", "a hook that runs before each request of the app raises", hook),
]
