"""A module changes its own objects, keys and files only.

The keys of ``g``, ``session`` and ``app.extensions`` are shared by the whole app, and
so are the objects that a module imports: whoever uses another module's key, or changes
an object of the kernel or a library, couples itself to it without an interface.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ..places import Place
from ..project import Project
from ..source.program import APP, OBJECT
from ..source.python import PythonFile
from ..violation import Finding

STORES = {
    "flask.g": "g",
    "flask.globals.g": "g",
    "flask.session": "session",
    "flask.globals.session": "session",
    f"{APP}.extensions": "extensions",
}
READ = {"get", "pop", "setdefault"}
LIBRARIES = ("flask", "werkzeug", "jinja2", "sqlalchemy", "flask_login", "wtforms")
CHANGES = {
    *("append", "extend", "insert", "update", "setdefault", "pop", "clear", "remove"),
    *("discard", "add", "popitem", "sort", "reverse"),
}
CONTAINERS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
Key = tuple[str, str]  # the store, the key


def check(project: Project) -> Iterator[Finding]:
    """Yield each use of something that another module keeps for itself."""
    writers: dict[Key, dict[str, Place]] = defaultdict(dict)
    uses: list[tuple[PythonFile | str, int, Key, bool]] = []
    for file in project.program.files.values():
        place = project.place(file)
        for node in file.nodes:
            for used, writes in _keys(project, file, node):
                uses.append((file, getattr(node, "lineno", 1), used, writes))
                if writes and place.part != "tests":
                    writers[used].setdefault(place.name, place)
        if place.module:
            for node in file.nodes:
                yield from _changes(project, file, place, node)
                yield from _login(project, file, place, node)
                yield from _paths(project, file, place, node)
    for template in project.templates:
        for line, name in template.names():
            first, _, key = name.partition(".")
            if first in ("g", "session") and "." not in key:
                uses.append((template.file, line, (first, key), False))
    for where, line, used, writes in uses:
        yield from _shared(project, where, line, used, writes, writers[used])


def _shared(
    project: Project,
    where: PythonFile | str,
    line: int,
    key: Key,
    writes: bool,
    writers: dict[str, Place],
) -> Iterator[Finding]:
    place = project.place(where)
    owner = next((each for each in writers.values() if each.kind != "web"), None)
    if place.kind not in ("module", "web") or owner is None or owner.name == place.name:
        return
    if place.name in writers and owner.kind != "kernel" and not writes:
        return
    if key[0] == "extensions" and key[1] == owner.name == "kernel":
        fix = "Use kernel.current_kernel."
    elif owner.module:
        fix = f"Ask the api of {owner.name}, or use a key of your own, '{place}_...'."
    else:
        fix = f"Use a key of your own, '{place}_...'."
    verb = "writes" if writes else "reads"
    store = f"{key[0]}.{key[1]}" if key[0] == "g" else f"{key[0]}[{key[1]!r}]"
    file = where if isinstance(where, str) else where.file
    yield Finding(file, line, f"{place} {verb} {store}, a key of {owner.name}", fix)


def _keys(
    project: Project, file: PythonFile, node: ast.AST
) -> Iterator[tuple[Key, bool]]:
    """Yield the keys that a node uses, and whether it writes them."""
    resolve, texts = project.program.resolve, project.program.texts
    match node:
        case ast.Attribute(value=value, attr=attr, ctx=ctx):
            if attr in (*READ, "__contains__") or attr.startswith("_"):
                return
            for name in resolve(file, value):
                if STORES.get(name) == "g":
                    yield ("g", attr), isinstance(ctx, ast.Store)
        case ast.Subscript(value=value, slice=key, ctx=ctx):
            for store in _stores(resolve(file, value)):
                for text in texts(file, key):
                    yield (store, text.text), not isinstance(ctx, ast.Load)
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[first, *_]) if (
            attr in READ
        ):
            for store in _stores(resolve(file, value)):
                for text in texts(file, first):
                    yield (store, text.text), attr == "setdefault"
        case ast.Call(
            func=ast.Name(id="getattr" | "hasattr" | "setattr" as how),
            args=[base, key, *_],
        ):
            for store in _stores(resolve(file, base)):
                for text in texts(file, key):
                    yield (store, text.text), how == "setattr"
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
            for store in _stores(resolve(file, right)):
                for text in texts(file, left):
                    yield (store, text.text), False


def _stores(names: frozenset[str]) -> set[str]:
    return {STORES[name] for name in names if name in STORES}


def _changes(
    project: Project, file: PythonFile, place: Place, node: ast.AST
) -> Iterator[Finding]:
    """Yield changes of an object that is not the module's."""
    targets: list[ast.expr] = []
    match node:
        case ast.Assign(targets=assigned) | ast.Delete(targets=assigned):
            targets = assigned
        case ast.AugAssign(target=target):
            targets = [target]
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[base, *_]):
            targets = [ast.copy_location(ast.Attribute(base, "?", ast.Store()), node)]
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in CHANGES:
            for name in project.program.resolve(file, value):
                if _is_container(project, name) and (
                    owner := _owner(project, place, name)
                ):
                    yield _changed(file, node, place, name, owner)
        case ast.Call(func=ast.Attribute(value=value, attr="__subclasses__")):
            for name in project.program.resolve(file, value):
                if name.partition(".")[0] in ("sqlalchemy", "kernel", "flask"):
                    what = f"{place} lists all subclasses of {name}"
                    yield Finding(
                        file.file, node.lineno, what, "Use your own classes only."
                    )
    for each in targets:
        if isinstance(each, ast.Attribute | ast.Subscript):
            for name in project.program.resolve(file, each.value):
                if isinstance(each, ast.Subscript) and not _is_container(project, name):
                    continue
                if owner := _owner(project, place, name):
                    yield _changed(file, node, place, name, owner)


def _changed(
    file: PythonFile, node: ast.AST, place: Place, name: str, owner: str
) -> Finding:
    what = f"{place} changes {name}, an object of {owner}"
    fix = "Work with an object of your own, or ask the owner for a function."
    return Finding(file.file, getattr(node, "lineno", 1), what, fix)


def _owner(project: Project, place: Place, name: str) -> str | None:
    """Return whose object a dotted name is, unless it is the module's own."""
    if place.part == "tests":
        return None
    if name.startswith("kernel.current_kernel."):
        return "kernel"
    if OBJECT in name or "[]" in name:
        return None
    name = project.program.canonical(name)
    target = project.places.of_name(name)
    if target and target.name != place.name:
        return target.name
    root, *rest = name.split(".")
    is_class = any(part[:1].isupper() for part in rest)
    return root if root in LIBRARIES and is_class else None


def _is_container(project: Project, name: str) -> bool:
    if name.startswith("kernel.current_kernel."):
        return True
    if OBJECT in name:
        return False
    _, node = project.program.definition(name)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in (
            "dict",
            "list",
            "set",
            "defaultdict",
            "OrderedDict",
        )
    return isinstance(node, CONTAINERS)


def _login(
    project: Project, file: PythonFile, place: Place, node: ast.AST
) -> Iterator[Finding]:
    """Yield changes of the current user, which is a row of the module of accounts."""
    resolve = project.program.resolve
    match node:
        case ast.Attribute(value=value, attr=attr, ctx=ctx):
            for name in resolve(file, value):
                if name not in (
                    "flask_login.current_user",
                    "flask_login.utils.current_user",
                ):
                    continue
                owner = _columns(project).get(attr)
                writes = not isinstance(ctx, ast.Load)
                if owner not in (None, place.name) or (
                    writes and place.name not in _columns(project).values()
                ):
                    verb = "changes" if writes else "reads"
                    what = f"{place} {verb} current_user.{attr}, which is not published"
                    fix = f"Ask the api of {owner or 'its module'}."
                    yield Finding(file.file, node.lineno, what, fix)
        case ast.Call(func=function, args=[first, *_]):
            called = {n.rpartition(".")[2] for n in resolve(file, function)}
            if called & {"object_session", "inspect"} and (
                "flask_login.current_user" in resolve(file, first)
                and place.name not in _columns(project).values()
            ):
                what = f"{place} takes the session of current_user"
                yield Finding(
                    file.file, node.lineno, what, "Ask the api of its module."
                )


def _columns(project: Project) -> dict[str, str]:
    """Return the attributes of the user that its module does not publish."""
    found: dict[str, str] = {}
    for module in project.modules.values():
        models = project.program.files.get(f"{module.import_name}.models")
        api = project.program.files.get(f"{module.import_name}.api")
        for node in models.tree.body if models else ():
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(b).endswith("UserMixin") for b in node.bases
            ):
                published = {"is_active", "is_admin", "get_id"}
                for each in api.tree.body if api else ():
                    if isinstance(each, ast.ClassDef):
                        published |= _attributes(each)
                found |= dict.fromkeys(_attributes(node) - published, module.name)
    return found


def _attributes(node: ast.ClassDef) -> set[str]:
    names = set()
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            names.add(each.target.id)
        elif isinstance(each, ast.FunctionDef):
            names.add(each.name)
    return names


OPENERS = {
    *("open", "Path", "open_resource", "FileSystemLoader", "send_file", "read_text"),
    *("Blueprint", "send_from_directory", "files", "joinpath", "PackageLoader", "glob"),
    *("open_text", "read_binary", "read_bytes", "get_data", "spec_from_file_location"),
    *("run_path", "exists", "listdir", "walk", "copy", "copytree", "iterdir", "join"),
}


def _paths(
    project: Project, file: PythonFile, place: Place, node: ast.AST
) -> Iterator[Finding]:
    """Yield paths into another module's folder that are opened."""
    arguments: list[ast.expr] = []
    if isinstance(node, ast.Call):
        names = {n.rpartition(".")[2] for n in project.program.resolve(file, node.func)}
        if isinstance(node.func, ast.Attribute):
            names.add(node.func.attr)
        if names & {"join", "joinpath"}:
            arguments = [node]
        elif names & OPENERS:
            arguments = [*node.args, *(k.value for k in node.keywords)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        arguments = [node]
    assert place.module
    for argument in arguments:
        for text in project.program.texts(file, argument):
            owner = _folder(project, place.module.path, text.text)
            if owner not in (None, place.name):
                what = f"{place} opens a file of {owner}"
                fix = f"Ask the api of {owner}, or move the file to web."
                yield Finding(text.file.file, text.line, what, fix)


def _folder(project: Project, base: Path, text: str) -> str | None:
    """Return the module whose folder a path, or the name of a package, leads into."""
    path = text.partition("\0")[0]
    if path.startswith("modules."):
        target = project.places.of_name(path)
        return target.name if target and target.module else None
    if "/" not in path or "\n" in path or len(path) > 300:
        return None
    for start in (project.root, base):
        try:
            found = Path(f"{start}/{path}").resolve()
        except (OSError, ValueError):
            return None
        for module in project.modules.values():
            if found.is_relative_to(module.path) and found != module.path:
                return module.name
    return None
