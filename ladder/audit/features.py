"""Propose the modules of an app: group its routes, tables, templates and code."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .python import Unit, dotted_name
from .references import App
from .routes import Route
from .tables import Table
from .templates import Template

SHARED = "shared"
# Blueprints with these names say nothing of a feature.
GENERIC = {
    "api", "app", "base", "bp", "core", "default", "frontend", "front", "general",
    "home", "index", "main", "page", "public", "root", "route", "site", "view",
    "views", "web", "website",
}  # fmt: skip
AUTH = {
    "auth", "confirm", "forgot", "login", "logout", "oauth", "password", "register",
    "reset", "signin", "signout", "signup", "token", "unconfirmed",
}  # fmt: skip
# Pages of the site as a whole.
SITE = {
    "about", "contact", "favicon", "health", "healthcheck", "healthz", "hello", "help",
    "live", "livez", "metric", "ping", "privacy", "ready", "readyz", "robot",
    "shutdown", "sitemap", "static", "status", "term",
}  # fmt: skip
# What comes before the subject of a view or URL: "edit" in /edit_profile.
VERBS = {
    "add", "all", "change", "create", "del", "delete", "edit", "export", "get", "list",
    "manage", "my", "new", "remove", "search", "send", "set", "show", "update", "view",
}  # fmt: skip
WRITE, READ = 2, 1  # the points of a route for the owner of a table


@dataclass
class Feature:
    """A proposed module, and what would move into it.

    :param why: for each thing (its title), the reason that it belongs here.
    """

    name: str
    routes: list[Route] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    forms: list[Unit] = field(default_factory=list)
    code: list[Unit] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)


def words(text: str) -> list[str]:
    """Return the words of a name or URL: lower case, singular."""
    spaced = re.sub(r"<[^>]*>", " ", text)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", spaced)
    return [stem(word) for word in re.findall(r"[a-z]+", spaced.lower())]


def stem(word: str) -> str:
    """Return a word without the ending of its plural."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if re.search("[^su]s$", word) else word


def subject(url: str) -> str:
    """Return what the first part of a URL is about: ``profile`` for /edit-profile/<id>.

    Variables, what is unknown (``?``), ``api``, versions and verbs are skipped.
    """
    for part in url.split("/"):
        if not part or part.startswith(("<", "?")) or part == "api":
            continue
        if re.fullmatch(r"v?\d[\d._]*", part):
            continue
        names = re.split(r"[-_. ]+", part.lower())
        while names and names[0] in VERBS:
            names.pop(0)
        return "_".join(names)
    return ""


class Proposal:
    """The proposed modules of an app.

    The steps: routes by blueprint, prefix or word; tables by who writes them; the
    remaining routes by their tables; then code and templates by who uses them.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.spelling: dict[str, Counter[str]] = defaultdict(Counter)
        self.of_view: dict[Unit, str] = {}
        self.of_table: dict[Table, str] = {}
        self.of_unit: dict[Unit, str] = {}
        self.of_template: dict[Template, str] = {}
        self.why: dict[object, str] = {}
        modules = app.program.modules
        roots = Counter(name.partition(".")[0] for name in modules if "." in name)
        main = [name for name, count in roots.items() if count > len(modules) / 2]
        self.packages = {stem(name.lower()) for name in [*main, app.root.name]}
        self.touched = {view: self._touched(view) for view in app.views}
        self._seed()
        self._own_tables()
        self._place_rest()
        self._place_units()
        self._place_templates()
        self.features = self._collect()

    def names(self) -> list[str]:
        """Return the names of the features, without the shared code."""
        return [each.name for each in self.features if each.name != SHARED]

    def owner(self, thing: object) -> str:
        """Return the feature of a unit, table, template or route."""
        if isinstance(thing, Route):
            return self.of_view.get(thing.view, SHARED)
        for owners in (self.of_table, self.of_template, self.of_view, self.of_unit):
            if thing in owners:
                return owners[thing]  # type: ignore[index]
        return SHARED

    def _touched(self, view: Unit) -> Counter[Table]:
        """Return the tables that a view uses, with points; others' code counts."""
        found: Counter[Table] = Counter()
        for unit in self.app.reach(view):
            if unit in self.app.site.assembly and unit is not view:
                continue
            for use in self.app.by_source[unit]:
                if isinstance(use.target, Table):
                    points = WRITE if use.kind == "write" else READ
                    found[use.target] = max(found[use.target], points)
        ordered = sorted(found.items(), key=lambda item: item[0].name)
        return Counter(dict(ordered))

    # --- routes -------------------------------------------------------------

    def _seed(self) -> None:
        """Place the routes whose blueprint or URL names a feature."""
        routes: dict[Unit, list[Route]] = defaultdict(list)
        for route in self.app.site.routes:
            routes[route.view].append(route)
        starts = Counter(
            stem(subject(route.url)) for each in routes.values() for route in each[:1]
        )
        tables = {
            words(table.model or table.name)[-1]: table
            for table in self.app.schema.tables
            if words(table.model or table.name)
        }
        for view, own in routes.items():
            name, why = self._by_name(own[0], view, starts, tables)
            if name:
                self._place(view, name, why)

    def _by_name(
        self, route: Route, view: Unit, starts: Counter[str], tables: dict[str, Table]
    ) -> tuple[str, str]:
        blueprint, start = route.blueprint, subject(route.url)
        if blueprint and stem(blueprint.name.lower()) not in GENERIC:
            name = words(blueprint.name)
            own = name and name[0] in self.packages
            if not set(name) & {"api", "view"} and not own:
                return blueprint.name, f"blueprint {blueprint.name}"
        key = stem(start.lower())
        own_words = [*words(start), *words(view.short), *words(route.endpoint)]
        if key in SITE or (set(words(start)) & SITE and starts[key] == 1):
            return SHARED, "a page of the site as a whole"
        if AUTH & set(words(start)) or (not start and AUTH & set(own_words)):
            why = "URL /auth" if key == "auth" else "login and registration"
            return "auth", why
        if starts[key] > 1 and key:
            return start, f"URL /{start}"
        if key in tables:
            return start, f"URL names the table {tables[key].name}"
        if key == "admin":
            return "admin", "URL /admin"
        if not route.understood:
            main = self.touched[view].most_common(1)
            if main:
                return main[0][0].name, f"shows the table {main[0][0].name}"
        for word in reversed(own_words):
            for key, table in tables.items():
                if not table.is_user and (
                    word == key or (len(key) > 4 and key in word)
                ):
                    return table.name, f"its name contains the table {table.name}"
        return "", ""

    def _place(self, view: Unit, name: str, why: str) -> None:
        readable = re.sub(r"\W+", "_", name.lower()).strip("_") or SHARED
        self.spelling[stem(readable)][readable] += 1
        self.of_view[view] = readable
        self.why[view] = why

    def _unify(self) -> None:
        """Spell each feature in one way: ``posts`` for ``post`` and ``posts``."""
        for view, name in self.of_view.items():
            self.of_view[view] = self._spelled(name)

    def _spelled(self, name: str) -> str:
        spellings = self.spelling[stem(name)]
        ordered = sorted(
            spellings, key=lambda each: (-spellings[each], -len(each), each)
        )
        return ordered[0] if ordered else name

    def _place_rest(self) -> None:
        """Place the routes that only their tables can place."""
        for route in self.app.site.routes:
            view, start = route.view, subject(route.url)
            if view in self.of_view:
                continue
            owners = {
                self.of_table[table]
                for table in self.touched[view]
                if not table.is_user or len(self.touched[view]) == 1
            } - {SHARED}
            if len(owners) == 1:
                name = owners.pop()
                if all(table.is_user for table in self.touched[view]):
                    name = self._spelled("users") if self.spelling["user"] else name
                self._place(view, name, f"uses only tables of {name}")
            elif owners and start:
                listed = ", ".join(sorted(owners))
                self._place(view, start, f"a page over the tables of {listed}")
            else:
                self._place(view, SHARED, "no table or prefix points to one feature")
        self._unify()

    # --- tables -------------------------------------------------------------

    def _own_tables(self) -> None:
        """Give each table to the module with its name, or that uses it most."""
        self._unify()
        names = {name for name in self.of_view.values() if name != SHARED}
        for table in self.app.schema.tables:
            written = words(table.model or table.name)
            own = {stem(table.name.lower()), *written[-1:]}
            if table.is_user and not own & {stem(name) for name in names}:
                own = {"auth"}
            named = sorted(name for name in names if stem(name) in own)
            points = self._points(table)
            if named:
                self.of_table[table] = named[0]
                self.why[table] = "has the name of the module"
                if named[0] == "auth":
                    self.why[table] = "the accounts of the login"
            elif points:
                self.of_table[table] = points[0][0]
                ranks = ", ".join(f"{name} {number}" for name, number in points[:3])
                self.why[table] = f"use by routes: {ranks}"
        for _ in self.app.schema.tables:  # along foreign keys, as far as they go
            for table in self.app.schema.tables:
                self._by_keys(table)
        for table in self.app.schema.tables:
            if table not in self.of_table:
                self.of_table[table] = SHARED
                self.why[table] = "no view uses it"

    def _points(self, table: Table) -> list[tuple[str, int]]:
        """Return the modules whose routes use a table, the most points first."""
        points: Counter[str] = Counter()
        for view, name in self.of_view.items():
            if name != SHARED:
                points[name] += self.touched[view][table]
        used = [(name, number) for name, number in points.items() if number]
        return sorted(used, key=lambda each: (-each[1], each[0]))

    def _by_keys(self, table: Table) -> None:
        targets = [
            link.table
            for link in table.links
            if link.table is not None and link.table in self.of_table
        ]
        targets += [
            other
            for other in self.app.schema.tables
            for link in other.links
            if link.table is table and other in self.of_table
        ]
        targets.sort(key=lambda each: each.is_user)
        if table not in self.of_table and targets:
            self.of_table[table] = self.of_table[targets[0]]
            self.why[table] = f"is linked to {targets[0].name}"

    # --- code and templates -------------------------------------------------

    def _place_units(self) -> None:
        self.assembled = self._assembled()
        users: dict[Unit, set[str]] = defaultdict(set)
        for view, name in self.of_view.items():
            for unit in self.app.reach(view) - {view}:
                users[unit].add(name)
        places: dict[str, set[str]] = defaultdict(set)
        for view, name in self.of_view.items():
            places[view.file].add(name)
            places[view.module.source.folder].add(name)
        for unit in self.app.program.units():
            if unit in self.app.views:
                continue
            table = self.app.tables_of_units.get(unit)
            if table is not None:
                self.of_unit[unit] = self.of_table[table]
                self.why[unit] = f"model of the table {table.name}"
                continue
            name, why = self._of_unit(unit, users[unit], places)
            self.of_unit[unit] = name
            self.why[unit] = why
        self._share_helpers(places)

    def _share_helpers(self, places: dict[str, set[str]]) -> None:
        """Move what shared code calls to the shared code, unless it has a reason.

        Commands, such as those for demo data, are no reason.
        """
        site = self.app.site
        commands = {u for each in site.commands for u in self.app.reach(each)}
        pages = {u for view in self.app.views for u in self.app.reach(view)}
        skipped = self.assembled | (commands - pages)
        waiting = [
            unit
            for unit, name in self.of_unit.items()
            if name == SHARED and unit not in skipped
        ]
        while waiting:
            for use in self.app.by_source[waiting.pop()]:
                target = use.target
                if (
                    isinstance(target, Unit)
                    and self.of_unit.get(target, SHARED) != SHARED
                    and target not in self.app.tables_of_units
                    and not self._uses_tables(target)
                    and len(places[target.file]) != 1
                ):
                    self.of_unit[target] = SHARED
                    self.why[target] = f"used by shared code: {use.file}:{use.line}"
                    waiting.append(target)

    def _uses_tables(self, unit: Unit) -> bool:
        return any(isinstance(u.target, Table) for u in self.app.by_source[unit])

    def _assembled(self) -> set[Unit]:
        """Return the factory and the objects that it sets up, such as extensions."""
        site = self.app.site
        found = {*site.assembly, *site.apps, *site.extensions}
        blueprints = {(each.module, each.variable) for each in site.blueprints}
        for unit in self.app.program.units():
            if isinstance(unit.node, ast.Assign | ast.AnnAssign):
                value = unit.node.value
                given = value.args[:1] if isinstance(value, ast.Call) else []
                for each in given:
                    holder = self.app.program.find(unit.module, dotted_name(each))
                    if holder.unit in site.apps and not holder.name:
                        found.add(unit)
        for use in [use for unit in site.assembly for use in self.app.by_source[unit]]:
            target = use.target
            if (
                isinstance(target, Unit)
                and isinstance(target.node, ast.Assign | ast.AnnAssign)
                and (target.module, target.name) not in blueprints
            ):
                found.add(target)
        return found

    def _of_unit(
        self, unit: Unit, users: set[str], places: dict[str, set[str]]
    ) -> tuple[str, str]:
        if unit in self.assembled:
            return SHARED, "part of setting up the app"
        own = {
            self.of_table[use.target]
            for use in self.app.by_source[unit]
            if isinstance(use.target, Table)
        } - {SHARED}
        inside = places[unit.file]
        if len(inside) == 1 and len(set(self.of_view.values())) > 1:
            return next(iter(inside)), f"is in a file of that feature: {unit.file}"
        if len(own) == 1 and unit not in self.app.schema.forms:
            name = own.pop()
            return name, f"uses only tables of {name}"
        if len(users) == 1:
            name = next(iter(users))
            return name, f"used only by {name}"
        if users:
            return SHARED, f"used by {listed(users)}"
        folder = unit.module.source.folder
        inside = places[folder] - {SHARED}
        if folder and len(inside) == 1:
            return inside.pop(), f"is in the folder {folder}/"
        return SHARED, "not used by a view"

    def _place_templates(self) -> None:
        """Place templates by who renders them, then by who extends or includes them."""
        users: dict[Template, set[str]] = defaultdict(set)
        for use in self.app.uses:
            if isinstance(use.target, Template) and isinstance(use.source, Unit):
                users[use.target].add(self.owner(use.source))
        for _ in range(10):  # levels of inheritance
            before = {template: set(names) for template, names in users.items()}
            for use in self.app.uses:
                if isinstance(use.target, Template) and isinstance(
                    use.source, Template
                ):
                    users[use.target] |= users[use.source]
            if users == before:
                break
        for template in self.app.templates.values():
            names = users[template]
            name = next(iter(names)) if len(names) == 1 else SHARED
            why = f"used only by {name}" if names else "no view renders it"
            if len(names) > 1:
                why = f"used by {listed(names)}"
            folder = stem(template.name.partition("/")[0].lower())
            if not names:
                named = {n for n in self.of_view.values() if stem(n) == folder}
                if named and "/" in template.name:
                    name, why = min(named), "its folder has the name of the feature"
            self.of_template[template] = name
            self.why[template] = why

    # --- the result ---------------------------------------------------------

    def _collect(self) -> list[Feature]:
        found: dict[str, Feature] = {}

        def of(name: str) -> Feature:
            return found.setdefault(name, Feature(name))

        for route in self.app.site.routes:
            feature = of(self.of_view[route.view])
            feature.routes.append(route)
            feature.why[f"{route.url} ({route.full_endpoint})"] = self.why[route.view]
        for table, name in self.of_table.items():
            of(name).tables.append(table)
            of(name).why[f"table {table.name}"] = self.why[table]
        for unit, name in self.of_unit.items():
            kind = "form" if unit in self.app.schema.forms else "code"
            if unit in self.app.tables_of_units:
                continue
            (of(name).forms if kind == "form" else of(name).code).append(unit)
            of(name).why[f"{kind} {unit.file}:{unit.name}"] = self.why[unit]
        for template, name in self.of_template.items():
            of(name).templates.append(template)
            of(name).why[f"template {template.name}"] = self.why[template]
        return sorted(found.values(), key=lambda f: (f.name == SHARED, f.name))


def listed(names: Iterable[str], limit: int = 3) -> str:
    """Return names in a sentence, the first few of them."""
    ordered = sorted(names)
    more = len(ordered) - limit
    text = ", ".join(ordered[:limit])
    return f"{text} and {more} more" if more > 0 else text
