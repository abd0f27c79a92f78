"""Plan the migration: what would cross the modules, and in which order to cut it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from .features import SHARED, Feature, Proposal, listed
from .python import Unit
from .references import Use
from .routes import Route
from .tables import Table
from .templates import Template

# What each place costs: from a link, which may stay, to a key in the database.
COSTS = {
    "link": 0, "call": 1, "form": 1, "template": 1, "read": 2, "follow": 2,
    "write": 3, "relationship": 3, "foreign key": 4,
}  # fmt: skip
INSTEAD = {
    "link": "declare the dependency and keep url_for",
    "call": "publish the function in the interface of its module, or move it to shared",
    "form": "give each module a form of its own, or move the form to shared",
    "template": "move the template to shared, or let its module render it",
    "read": "call a function that the owner of the table publishes",
    "follow": "pass the id to a function that the owner of the table publishes",
    "write": "call a published function of the owner, or publish an event that it"
    " listens to",
    "relationship": "remove it, and load by id through a published function",
    "foreign key": "keep the id without the constraint, and clean up on the owner's"
    " event",
}
FROM_SHARED = {
    "link": "let each module add its own link to the navigation",
    "template": "move the including template to the module, or the block to shared",
}
MAX_PART = 3  # the routes of a module that may be too small to stand alone
MOVE = "move this code to the module, which registers it with the shared part"


@dataclass(frozen=True)
class Coupling:
    """A reference from one proposed module to another.

    :param what: what is referred to, such as the name of a model.
    """

    source: str
    target: str
    kind: str
    what: str
    file: str
    line: int

    @property
    def instead(self) -> str:
        """What to replace the reference with."""
        if self.source == SHARED:
            return FROM_SHARED.get(self.kind, MOVE)
        return INSTEAD[self.kind]


@dataclass(frozen=True)
class Cut:
    """A module in the order of the migration.

    :param cost: the points of the couplings with what has not been cut before.
    :param couplings: the number of these couplings, by kind.
    """

    feature: str
    cost: int
    couplings: dict[str, int]


@dataclass(frozen=True)
class Step:
    """A step of the migration.

    :param left: what there is to do; empty if the app has it already.
    """

    name: str
    left: str


def find_couplings(proposal: Proposal) -> list[Coupling]:
    """Return the references that would cross a module boundary, by file and line."""
    found = set()
    for use in proposal.app.uses:
        if use.source in proposal.assembled:
            continue
        source, target = proposal.owner(use.source), proposal.owner(use.target)
        if target not in {source, SHARED}:
            kind, what = _kind(proposal, use)
            found.add(Coupling(source, target, kind, what, use.file, use.line))
    for unit, table, name, file, line in proposal.app.relationship_uses():
        source, target = proposal.owner(unit), proposal.owner(table)
        if target not in {source, SHARED}:
            found.add(Coupling(source, target, "follow", name, file, line))
    for table in proposal.app.schema.tables:
        for link in table.links:
            if link.table is None:
                continue
            source, target = proposal.owner(table), proposal.owner(link.table)
            if target not in {source, SHARED}:
                what = f"{table.title}.{link.attribute or link.table.name}"
                found.add(
                    Coupling(source, target, link.kind, what, table.file, link.line)
                )
    return sorted(found, key=lambda each: (each.file, each.line, each.kind, each.what))


def _kind(proposal: Proposal, use: Use) -> tuple[str, str]:
    match use.target:
        case Table():
            return use.kind, use.target.title
        case Route():
            return "link", use.target.url
        case Template():
            return "template", use.target.name
        case Unit():
            uses = proposal.app.by_source[use.target]
            if any(each.kind == "write" for each in uses):
                return "write", f"through {use.target.short}"
            kind = "form" if use.target in proposal.app.schema.forms else "call"
            return kind, use.target.short


def order(proposal: Proposal, couplings: list[Coupling]) -> list[Cut]:
    """Return the modules, always the one with the cheapest couplings next.

    A coupling with a module that was cut before costs nothing any more. At equal
    costs, the module that fewer others refer to comes first.
    """
    left = set(proposal.names())
    found: list[Cut] = []
    while left:
        costs: dict[str, int] = dict.fromkeys(left, 0)
        users: dict[str, set[str]] = {name: set() for name in left}
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for each in couplings:
            ends = {each.source, each.target}
            if not ends <= left | {SHARED}:
                continue
            for name in ends & left:
                costs[name] += COSTS[each.kind]
                kinds[name][each.kind] += 1
            if each.target in left:
                users[each.target].add(each.source)
        best = min(left, key=lambda name: (costs[name], len(users[name]), name))
        found.append(Cut(best, costs[best], dict(sorted(kinds[best].items()))))
        left.remove(best)
    return found


def parts(proposal: Proposal) -> dict[str, str]:
    """Return the small modules that could be a part of another one.

    All foreign keys of their tables point to that module, or they have no tables and
    use only those of that module. Users do not count, since most modules refer to them.
    """
    found: dict[str, str] = {}
    for feature in proposal.features:
        if feature.name == SHARED or any(table.is_user for table in feature.tables):
            continue
        if len(feature.routes) > MAX_PART:
            continue
        targets = {
            proposal.owner(link.table)
            for table in feature.tables
            if table.model or table.unit is None  # not a table between two others
            for link in table.links
            if link.kind == "foreign key" and link.table and not link.table.is_user
        } - {feature.name}
        if not feature.tables and not any(route.blueprint for route in feature.routes):
            targets = {
                proposal.owner(table)
                for route in feature.routes
                for table in proposal.touched[route.view]
                if not table.is_user
            }
        if len(targets) == 1 and SHARED not in targets:
            target = targets.pop()
            if target not in found:  # not both ways
                found[feature.name] = target
    return found


def steps(proposal: Proposal, couplings: list[Coupling]) -> list[Step]:
    """Return the steps of the migration, with what is left to do in each."""
    kinds = Counter(each.kind for each in couplings)
    code = kinds["read"] + kinds["call"] + kinds["follow"] + kinds["form"]
    keys = kinds["foreign key"] + kinds["relationship"]
    registered = len(proposal.app.site.blueprints)
    manifest = "give each module a manifest that the app discovers"
    if registered:
        manifest = f"the setup code names {counted(registered, 'blueprint')}"
    interfaces = f"{counted(code, 'reference')} to replace" if code else ""
    writes = kinds["write"]
    events = f"{counted(writes, 'write')} to tables of other modules" if writes else ""
    own_tables = f"foreign keys and relationships to cut: {keys:,}"
    return [
        Step("application factory", _factory(proposal)),
        Step("blueprints by feature", _blueprints(proposal)),
        Step("templates", _templates(proposal)),
        Step("forms and helpers", _mixed(proposal, "code")),
        Step("models", _mixed(proposal, "tables")),
        Step("manifest and discovery", manifest),
        Step("published interfaces", interfaces),
        Step("events", events),
        Step("own tables", own_tables if keys else ""),
    ]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 route``, ``2 routes``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _factory(proposal: Proposal) -> str:
    site = proposal.app.site
    outside = [unit for unit in site.apps if unit not in site.factories]
    if not outside:
        return ""
    return f"{outside[0].file}:{outside[0].line} creates the app when it is imported"


def _blueprints(proposal: Proposal) -> str:
    features: dict[str, set[str]] = defaultdict(set)
    views = set()
    for route in proposal.app.site.routes:
        name = proposal.of_view[route.view]
        if name != SHARED and route.blueprint:
            features[route.blueprint.full_name].add(name)
        elif name != SHARED and route.understood:
            views.add(route.view)
    views -= {route.view for route in proposal.app.site.routes if route.blueprint}
    without = len(views)
    mixed = [name for name, names in features.items() if len(names) > 1]
    found = [f"{counted(without, 'view')} without a blueprint"] if without else []
    if mixed:
        found.append(
            f"{counted(len(mixed), 'blueprint')} with routes of several modules:"
            f" {listed(mixed)}"
        )
    return "; ".join(found)


def _templates(proposal: Proposal) -> str:
    folders: dict[str, set[str]] = defaultdict(set)
    own = [each for each in proposal.of_template.items() if each[1] != SHARED]
    for template, name in own:
        folders[template.file.rpartition("/")[0]].add(name)
    mixed = sum(len(folders[t.file.rpartition("/")[0]]) > 1 for t, _ in own)
    return (
        f"{counted(mixed, 'template')} in folders of several modules" if mixed else ""
    )


def _mixed(proposal: Proposal, kind: str) -> str:
    """Say which files hold the tables, or the other code, of several modules."""
    files: dict[str, set[str]] = defaultdict(set)
    for feature in proposal.features:
        if feature.name == SHARED:
            continue
        for file in _files(feature, kind):
            files[file].add(feature.name)
    mixed = [file for file, names in files.items() if len(names) > 1]
    if not mixed:
        return ""
    return f"{listed(mixed)}: code of several modules in one file"


def _files(feature: Feature, kind: str) -> set[str]:
    if kind == "tables":
        return {table.file for table in feature.tables}
    return {unit.file for unit in [*feature.forms, *feature.code]}
