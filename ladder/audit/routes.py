"""Find the routes and blueprints of a Flask app."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .files import Note
from .python import (
    Definition,
    Found,
    Module,
    Program,
    Unit,
    bases_of,
    derives,
    dotted_name,
    external_bases,
    keyword,
    text_of,
)

VERBS = {"get", "post", "put", "patch", "delete"}
HOOKS = {
    "app_context_processor", "app_errorhandler", "app_template_filter",
    "app_template_global", "app_template_test", "before_app_request",
    "before_request", "after_request", "after_app_request", "context_processor",
    "errorhandler", "request_loader", "shell_context_processor",
    "teardown_appcontext", "teardown_request", "template_filter",
    "template_global", "template_test", "unauthorized_handler", "url_defaults",
    "url_value_preprocessor", "user_loader",
}  # fmt: skip
APPS = {"Flask", "APIFlask", "OpenAPI"}
BLUEPRINTS = {"Blueprint", "APIBlueprint", "Namespace"}
# These build their URLs themselves, so only a part of them is known.
GENERATORS = {"add_view", "add_view_no_menu", "add_api", "register_api"}


@dataclass(eq=False)
class Blueprint:
    """A blueprint, or a namespace of Flask-RESTX."""

    name: str
    module: Module
    variable: str
    line: int
    own_prefix: str = ""
    given_prefix: str | None = None
    parent: "Blueprint | None" = None

    @property
    def prefix(self) -> str:
        """The URL prefix, with those of the blueprints around it."""
        own = self.own_prefix if self.given_prefix is None else self.given_prefix
        return join(self.parent.prefix if self.parent else "", own)

    @property
    def full_name(self) -> str:
        """The name in endpoints: ``parent.child`` for a nested blueprint."""
        parent = f"{self.parent.full_name}." if self.parent else ""
        return f"{parent}{self.name}"


@dataclass(eq=False)
class Route:
    """A URL rule and its view.

    :param understood: ``False`` if the URL or the endpoint is a guess.
    """

    rule: str
    endpoint: str
    view: Unit
    blueprint: Blueprint | None
    file: str
    line: int
    understood: bool = True

    @property
    def url(self) -> str:
        """The rule with the prefix of its blueprint."""
        return join(self.blueprint.prefix if self.blueprint else "", self.rule)

    @property
    def full_endpoint(self) -> str:
        """The endpoint as `url_for` knows it."""
        return (
            f"{self.blueprint.full_name}.{self.endpoint}"
            if self.blueprint
            else self.endpoint
        )


@dataclass
class Site:
    """The web side of an app."""

    apps: list[Unit] = field(default_factory=list)
    factories: list[Unit] = field(default_factory=list)
    blueprints: list[Blueprint] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    hooks: set[Unit] = field(default_factory=set)
    commands: set[Unit] = field(default_factory=set)
    assembly: set[Unit] = field(default_factory=set)
    extensions: set[Unit] = field(default_factory=set)


def join(prefix: str, rule: str) -> str:
    """Return a rule after a prefix, with one slash between them."""
    if not prefix:
        return rule
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}" if rule else prefix


def find_routes(program: Program, notes: list[Note]) -> Site:
    """Find the app objects, blueprints, routes, hooks and commands."""
    return _Finder(program, notes).site


class _Finder:
    def __init__(self, program: Program, notes: list[Note]) -> None:
        self.program = program
        self.notes = notes
        self.site = Site()
        self.calls = [
            (module, unit, call)
            for module in program.modules.values()
            for unit, call in _calls(module)
        ]
        for module, unit, call in self.calls:
            self._objects(module, unit, call)
        for module, unit, call in self.calls:
            self._registration(module, unit, call)
        for unit in list(program.units()):
            if isinstance(unit.node, Definition):
                self._decorators(unit, unit.node)
        for module, unit, call in self.calls:
            self._added(module, unit, call)
        self._admin_views()
        self.site.routes.sort(key=lambda route: (route.file, route.line, route.rule))

    def _objects(self, module: Module, unit: Unit | None, call: ast.Call) -> None:
        name: Found = self.program.find(module, dotted_name(call.func))
        kind = name.last or dotted_name(call.func)
        is_app = kind in APPS
        if name.unit is not None and not name.name:
            is_app = derives(self.program, name.unit, APPS)
        if is_app:
            holder = unit or Unit("<module>", module, module.tree, call.lineno)
            self.site.apps.append(holder)
            if isinstance(holder.node, Definition):
                self.site.factories.append(holder)
                self.site.assembly.add(holder)
        elif kind in BLUEPRINTS and (first := _first_text(call)):
            prefix = text_of(keyword(call, "url_prefix"))
            if kind == "Namespace":
                prefix = text_of(keyword(call, "path")) or f"/{first}"
            variable = _target(module, call)
            self.site.blueprints.append(
                Blueprint(first, module, variable, call.lineno, prefix or "")
            )

    def blueprint(self, module: Module, dotted: str) -> Blueprint | None:
        """Return the blueprint that a name means in a file."""
        found = self.program.find(module, dotted)
        home = found.unit.module if found.unit else module
        variable = found.unit.name if found.unit else dotted
        if found.unit is not None and found.name:
            return None
        return next(
            (
                each
                for each in self.site.blueprints
                if each.module is home and each.variable == variable
            ),
            None,
        )

    def _registration(self, module: Module, unit: Unit | None, call: ast.Call) -> None:
        if not isinstance(call.func, ast.Attribute):
            return
        if call.func.attr == "init_app":
            found = self.program.find(module, dotted_name(call.func.value))
            if found.unit is not None and not found.name:
                self.site.extensions.add(found.unit)
        if call.func.attr not in {"register_blueprint", "add_namespace"}:
            return
        if unit is not None:
            self.site.assembly.add(unit)
        if not call.args:
            return
        blueprint = self.blueprint(module, dotted_name(call.args[0]))
        if blueprint is None:
            return
        prefix = keyword(call, "url_prefix") or keyword(call, "path")
        if call.func.attr == "add_namespace" and len(call.args) > 1:
            prefix = call.args[1]
        blueprint.given_prefix = text_of(prefix)
        if prefix is not None and blueprint.given_prefix is None:
            self._note(module, call, "the URL prefix is not a constant text")
        parent = self.blueprint(module, dotted_name(call.func.value))
        if parent is None:  # Api(blueprint) of Flask-RESTX stands for its blueprint
            parent = self._wrapped(module, call.func.value)
        above = parent
        while above is not None and above is not blueprint:
            above = above.parent
        if above is None:  # otherwise a blueprint would be inside itself
            blueprint.parent = parent

    def _wrapped(self, module: Module, node: ast.expr) -> Blueprint | None:
        found = self.program.find(module, dotted_name(node))
        value = getattr(found.unit.node, "value", None) if found.unit else None
        if found.unit is not None and isinstance(value, ast.Call) and value.args:
            return self.blueprint(found.unit.module, dotted_name(value.args[0]))
        return None

    def _decorators(self, unit: Unit, node: Definition) -> None:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            function = call.func if call else decorator
            if not isinstance(function, ast.Attribute):
                if dotted_name(function).endswith("command"):
                    self.site.commands.add(unit)
                continue
            if function.attr in HOOKS:
                self.site.hooks.add(unit)
            elif function.attr in {"command", "group"}:
                self.site.commands.add(unit)
            elif call and function.attr in {"route", *VERBS}:
                self._route(unit, node, call, function)
        if isinstance(node, ast.ClassDef):
            self._exposed(unit, node)

    def _route(
        self, unit: Unit, node: Definition, call: ast.Call, function: ast.Attribute
    ) -> None:
        blueprint = self.blueprint(unit.module, dotted_name(function.value))
        if blueprint is None:
            blueprint = self._wrapped(unit.module, function.value)
        given = [
            *call.args,
            *(each.value for each in call.keywords if each.arg == "rule"),
        ]
        texts = [text for each in given if (text := text_of(each)) is not None]
        if function.attr in VERBS and not (texts and texts[0].startswith("/")):
            return  # such as @requests_mock.get(...)
        endpoint = text_of(keyword(call, "endpoint")) or node.name
        if not texts:
            inner = next((_texts(each) for each in call.args), [])
            texts = inner[:1]
            self._note(unit.module, call, "the URL rule is not a constant text")
        for rule in texts or [""]:
            self._add(rule, endpoint, unit, blueprint, call.lineno, bool(texts))

    def _exposed(self, unit: Unit, node: ast.ClassDef) -> None:
        """Find ``@expose`` of Flask-AppBuilder and Flask-Admin."""
        base = ""
        for statement in node.body:
            if isinstance(statement, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id in {"route_base", "resource_name"}
                for t in statement.targets
            ):
                base = text_of(statement.value) or base
        parent = "/admin" if self._is_admin_view(unit) else ""
        base = base or f"{parent}/{node.name.lower()}"
        for method in node.body:
            for each in getattr(method, "decorator_list", []):
                if isinstance(each, ast.Call) and dotted_name(each.func).endswith(
                    "expose"
                ):
                    rule = join(base, _first_text(each))
                    endpoint = f"{node.name}.{getattr(method, 'name', '')}"
                    self._add(rule, endpoint, unit, None, each.lineno, False)

    def _admin_views(self) -> None:
        """Find the classes of Flask-Admin, which generates their URLs."""
        classes = [u for u in self.program.units() if isinstance(u.node, ast.ClassDef)]
        parents = {base for unit in classes for base in bases_of(self.program, unit)}
        seen = {route.view for route in self.site.routes}
        for unit in classes:
            if unit not in parents and unit not in seen and self._is_admin_view(unit):
                rule = f"/admin/{unit.short.lower()}/"
                self._add(rule, unit.short, unit, None, unit.line, False)

    def _is_admin_view(self, unit: Unit) -> bool:
        return any(
            name.startswith("flask_admin.") and name.endswith("View")
            for name in external_bases(self.program, unit)
        )

    def _added(self, module: Module, unit: Unit | None, call: ast.Call) -> None:
        """Find routes that are added by a call."""
        name = dotted_name(call.func)
        method = name.rpartition(".")[2]
        values = [*call.args, *(each.value for each in call.keywords)]
        as_views = [each for each in values if _is_as_view(each)]
        if method == "add_url_rule" or (as_views and method != "as_view"):
            self._rule(module, call, as_views)
        elif method.startswith("add_") and method.endswith("resource"):
            self._resource(module, call)
        elif method in GENERATORS and "." in name and call.args:
            self._generated(module, call)

    def _rule(self, module: Module, call: ast.Call, as_views: list[ast.expr]) -> None:
        given = keyword(call, "view_func")
        if given is None:
            given = as_views[0] if as_views else None
        if given is None and len(call.args) > 2:
            given = call.args[2]
        rules = [text for text in _texts(call) if text.startswith("/")]
        blueprint = None
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        for each in [*([receiver] if receiver else []), *call.args]:
            blueprint = blueprint or self.blueprint(module, dotted_name(each))
        view, endpoint = self._view(module, given)
        if given is None and keyword(call, "endpoint"):  # a second endpoint of a URL
            views = [each.view for each in self.site.routes if each.url in rules]
            view = views[0] if views else None
        if view is None:
            self._note(module, call, "the view of this URL rule is not known")
            return
        name = text_of(keyword(call, "endpoint"))
        if name is None and len(call.args) > 1:
            name = text_of(call.args[1])
        if not rules:
            self._note(module, call, "the URL rule is not a constant text")
        for rule in rules or [""]:
            self._add(rule, name or endpoint, view, blueprint, call.lineno, bool(rules),
                      module.source.file)  # fmt: skip

    def _view(self, module: Module, node: ast.expr | None) -> tuple[Unit | None, str]:
        if isinstance(node, ast.Name):  # view = Class.as_view("name"), often local
            for each in ast.walk(module.tree):
                if (
                    isinstance(each, ast.Assign)
                    and _is_as_view(each.value)
                    and any(getattr(t, "id", "") == node.id for t in each.targets)
                ):
                    node = each.value
                    break
        while isinstance(node, ast.Call) and not _is_as_view(node):
            if not node.args:
                return None, ""
            node = node.args[0]  # a decorator around the view
        endpoint = ""
        if isinstance(node, ast.Call):
            endpoint = _first_text(node)
            node = node.func.value if isinstance(node.func, ast.Attribute) else None
        found = self.program.find(module, dotted_name(node)) if node else None
        if found is None or found.unit is None:
            return None, ""
        return found.unit, endpoint or found.unit.short

    def _resource(self, module: Module, call: ast.Call) -> None:
        view, _ = self._view(module, call.args[0] if call.args else None)
        if view is None:
            return
        endpoint = text_of(keyword(call, "endpoint")) or view.short.lower()
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        blueprint = None
        if receiver is not None:
            blueprint = self.blueprint(module, dotted_name(receiver))
            blueprint = blueprint or self._wrapped(module, receiver)
        for rule in [text_of(each) for each in call.args[1:]]:
            if rule is not None and rule.startswith("/"):
                self._add(rule, endpoint, view, blueprint, call.lineno, True,
                          module.source.file)  # fmt: skip

    def _generated(self, module: Module, call: ast.Call) -> None:
        first = call.args[0]
        node = first.func if isinstance(first, ast.Call) else first
        found: Found = self.program.find(module, dotted_name(node))
        if found.unit is None or not isinstance(found.unit.node, ast.ClassDef):
            return
        if any(route.view is found.unit for route in self.site.routes):
            return
        if self._is_admin_view(found.unit):
            return
        rule = f"/{found.unit.short.lower()}/"
        self._add(rule, found.unit.short, found.unit, None, call.lineno, False,
                  module.source.file)  # fmt: skip

    def _add(
        self, rule: str, endpoint: str, view: Unit, blueprint: Blueprint | None,
        line: int, understood: bool, file: str = "",
    ) -> None:  # fmt: skip
        self.site.routes.append(
            Route(rule, endpoint, view, blueprint, file or view.file, line, understood)
        )

    def _note(self, module: Module, node: ast.expr, text: str) -> None:
        self.notes.append(Note(module.source.file, node.lineno, text))


def _calls(module: Module) -> Iterator[tuple[Unit | None, ast.Call]]:
    """Yield the calls of a file, each with its unit or none."""
    inside: dict[int, Unit] = {}
    for unit in module.units.values():
        for node in unit.nodes:
            inside[id(node)] = unit
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield inside.get(id(node)), node


def _target(module: Module, call: ast.Call) -> str:
    parent = module.parents.get(call)
    if isinstance(parent, ast.Assign):
        return dotted_name(parent.targets[0])
    return dotted_name(parent.target) if isinstance(parent, ast.AnnAssign) else ""


def _is_as_view(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "as_view"
    )


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else keyword(call, "name")
    return text_of(first) or ""


def _texts(node: ast.AST) -> list[str]:
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
