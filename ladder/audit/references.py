"""Find what refers to what: code, tables, templates and URLs."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .files import Codebase, Note, read_codebase
from .python import Program, Unit, text_of
from .routes import Route, Site, find_routes
from .tables import Schema, Table, find_tables
from .templates import Template, find_templates

WRITERS = {"insert", "update", "delete", "create", "merge", "insert_many"}


@dataclass(frozen=True)
class Use:
    """A place that refers to a unit, a table, a template or a route.

    :param kind: ``read`` or ``write`` of a table, ``call`` of a unit, ``render``,
        ``extend``, ``include`` or ``import`` of a template, or ``link`` to a route.
    """

    kind: str
    source: Unit | Template
    target: Unit | Table | Template | Route
    file: str
    line: int


class App:
    """A Flask codebase that was read, and the references in it."""

    def __init__(self, codebase: Codebase) -> None:
        self.root = codebase.root
        self.files = len(codebase.python)
        self.program = Program(codebase)
        self.schema: Schema = find_tables(self.program, codebase)
        self.site: Site = find_routes(self.program, codebase.notes)
        self.templates = find_templates(codebase)
        self.notes: list[Note] = codebase.notes
        self.views = {route.view for route in self.site.routes}
        self.tables_of_units = {t.unit: t for t in self.schema.tables if t.unit}

    @cached_property
    def uses(self) -> list[Use]:
        """All references, in the order of the files."""
        found = [use for unit in self.program.units() for use in self._of_unit(unit)]
        for statement in self.schema.statements:
            for kind, names in (("read", statement.reads), ("write", statement.writes)):
                for name in sorted(names):
                    table = self.schema.named(name)
                    if table is not None:
                        unit = statement.unit
                        found.append(Use(kind, unit, table, unit.file, statement.line))
        for template in self.templates.values():
            found += self._of_template(template)
        return sorted(set(found), key=lambda use: (use.file, use.line, use.kind))

    @cached_property
    def by_source(self) -> dict[Unit | Template, list[Use]]:
        """The references by what they stand in."""
        found: dict[Unit | Template, list[Use]] = defaultdict(list)
        for use in self.uses:
            found[use.source].append(use)
        return found

    def reach(self, view: Unit) -> set[Unit]:
        """Return a view and the functions, classes and values that it uses.

        It ends at models and at other views.
        """
        seen = {view}
        waiting = [view]
        while waiting:
            for use in self.by_source[waiting.pop()]:
                target = use.target
                if isinstance(target, Unit) and target not in seen | self.views:
                    seen.add(target)
                    waiting.append(target)
        return seen

    def settings(self, unit: Unit) -> set[str]:
        """Return the keys of the app's configuration that a unit reads."""
        found = set()
        for node in unit.nodes:
            key: ast.AST | None = None
            if isinstance(node, ast.Subscript):
                holder, key = node.value, node.slice
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get"
                and node.args
            ):
                holder, key = node.func.value, node.args[0]
            if key is not None and getattr(holder, "attr", "") == "config":
                found.add(text_of(key) or "")
        return found - {""}

    def _of_unit(self, unit: Unit) -> Iterator[Use]:
        parents = unit.module.parents
        skipped = _annotations(unit)
        for node in unit.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                if id(node) not in skipped:
                    yield from self._of_name(unit, node, parents)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                template = self.templates.get(node.value)
                if template is not None:
                    yield Use("render", unit, template, unit.file, node.lineno)
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                text = text_of(node.args[0]) if node.args else None
                if name == "url_for" and text:
                    route = self.route(text, unit)
                    if route is not None:
                        yield Use("link", unit, route, unit.file, node.lineno)

    def _of_name(
        self, unit: Unit, node: ast.Name, parents: dict[ast.AST, ast.AST]
    ) -> Iterator[Use]:
        if node.id in unit.own_names and node.id not in unit.module.imports:
            return
        chain = node.id
        top: ast.AST = node
        while isinstance(parent := parents.get(top), ast.Attribute):
            chain += f".{parent.attr}"
            top = parent
        found = self.program.find(unit.module, chain)
        target = found.unit
        if target is None or target is unit:
            return
        table = self.tables_of_units.get(target)
        if table is None:
            yield Use("call", unit, target, unit.file, node.lineno)
        else:
            kind = "write" if _is_written(node, parents) else "read"
            yield Use(kind, unit, table, unit.file, node.lineno)

    def _of_template(self, template: Template) -> Iterator[Use]:
        for mention in template.mentions:
            target: Template | Route | None = None
            kind = mention.kind
            if kind in {"extends", "include", "import"}:
                target = self.templates.get(mention.text)
                kind = kind.removesuffix("s")
            elif kind == "endpoint":
                target, kind = self.route(mention.text, template), "link"
            elif kind == "path":
                target, kind = self.route_at(mention.text), "link"
            if target is not None:
                yield Use(kind, template, target, template.file, mention.line)

    @cached_property
    def endpoints(self) -> dict[str, Route]:
        """The routes by endpoint."""
        return {route.full_endpoint: route for route in reversed(self.site.routes)}

    def route(self, endpoint: str, source: Unit | Template) -> Route | None:
        """Return the route of an endpoint; ``.name`` means the view's blueprint."""
        if not endpoint.startswith("."):
            return self.endpoints.get(endpoint)
        if not isinstance(source, Unit):
            return None  # it depends on who renders the template
        for own in self.site.routes:
            if own.view is source and own.blueprint:
                return self.endpoints.get(f"{own.blueprint.full_name}{endpoint}")
        return None

    def route_at(self, path: str) -> Route | None:
        """Return the route whose rule matches a path with ``*`` for unknown parts."""
        path = re.split(r"[?#]", path)[0]
        for pattern, route in self._patterns:
            if pattern.fullmatch(path):
                return route
        return None

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Route]]:
        known = [route for route in self.site.routes if route.rule or route.blueprint]
        known.sort(key=lambda route: route.url.count("<"))
        return [
            (re.compile(re.sub(r"<[^>]*>", "[^/]+", _escaped(route.url)) + "/?"), route)
            for route in known
        ]

    def relationship_uses(
        self,
    ) -> Iterator[tuple[Unit | Template, Table, str, str, int]]:
        """Yield where a relationship seems to be followed, as in ``user.posts``.

        The type of ``user`` is not known: the name of the variable has to be that of
        the model, or ``current_user``.
        """
        known: dict[tuple[str, str], Table] = {}
        for table in self.schema.tables:
            for link in table.links:
                if link.kind == "relationship" and link.table and link.attribute:
                    known[table.model.lower(), link.attribute] = link.table
                    if table.is_user:
                        known["current_user", link.attribute] = link.table
        for unit in self.program.units():
            model = self.tables_of_units.get(unit)
            for node in unit.nodes:
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    variable = node.value.id
                    if variable == "self" and model is not None:
                        variable = model.model.lower()
                    key = (variable, node.attr)
                    if key in known:
                        name = ".".join(key)
                        yield unit, known[key], name, unit.file, node.lineno
        for template in self.templates.values():
            for mention in template.mentions:
                variable, _, attribute = mention.text.partition(".")
                if mention.kind == "attribute" and (variable, attribute) in known:
                    target = known[variable, attribute]
                    yield template, target, mention.text, template.file, mention.line


def read_app(path: Path) -> App:
    """Read the Flask app at a path.

    :raises PathError: the path can't be audited.
    """
    return App(read_codebase(path))


def _escaped(rule: str) -> str:
    parts = re.split(r"(<[^>]*>)", rule.rstrip("/"))
    return "".join(p if p.startswith("<") else re.escape(p) for p in parts)


def _annotations(unit: Unit) -> set[int]:
    """Return the nodes of annotations, base classes and links between tables."""
    tops: list[ast.AST | None] = []
    for node in unit.nodes:
        if isinstance(node, ast.arg | ast.AnnAssign):
            tops.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            tops.append(node.returns)
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"relationship", "ForeignKey", "ForeignKeyField", "cast"}:
                tops += node.args[:1]
            elif name == "TypeVar":
                tops += node.args
    return {id(node) for top in tops if top is not None for node in ast.walk(top)}


def _is_written(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a model is created, or is part of a changing statement."""
    child = node
    while isinstance(parent := parents.get(child), ast.Attribute | ast.Call):
        if isinstance(parent, ast.Call):
            if parent.func is child:
                if child is node:
                    return True  # Post(...)
                if getattr(child, "attr", "") in WRITERS:
                    return True  # Post.query.filter_by(...).delete()
            else:
                name = getattr(parent.func, "id", getattr(parent.func, "attr", ""))
                return child is node and name in WRITERS  # update(Post)
        child = parent
    return False
