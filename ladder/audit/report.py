"""Write the result of an audit as text or JSON."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator

from .features import SHARED, Feature, Proposal
from .files import Note
from .plan import (
    COSTS,
    Coupling,
    Cut,
    Step,
    counted,
    find_couplings,
    order,
    parts,
    steps,
)
from .references import App

WIDTH = 88
PLACES = 3  # that the text shows for each kind of coupling
PAIRS = 30  # of modules, the most expensive ones
NOTES = 12
LIMITS = (
    "Not seen: rows changed through attributes (user.name = ...), types of variables,"
    " names that are put together at run time, and what JavaScript requests. Counts"
    " are places in the code, not calls."
)


class Report:
    """The result of an audit."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.proposal = Proposal(app)
        self.couplings = find_couplings(self.proposal)
        self.order: list[Cut] = order(self.proposal, self.couplings)
        self.steps: list[Step] = steps(self.proposal, self.couplings)
        self.parts = parts(self.proposal)
        self.notes = sorted({*app.notes, *_partly(app)})

    @property
    def has_app(self) -> bool:
        """Whether there is anything of Flask in the codebase."""
        return bool(self.app.site.apps or self.app.site.routes)

    @property
    def next_step(self) -> Step | None:
        """The first step with something left to do."""
        return next((step for step in self.steps if step.left), None)

    def counts(self) -> dict[str, int]:
        """Return the size of the codebase."""
        app = self.app
        return {
            "Python files": app.files,
            "lines": app.program.lines,
            "routes": len(app.site.routes),
            "blueprints": len(app.site.blueprints),
            "tables": len(app.schema.tables),
            "forms": len(app.schema.forms),
            "templates": len(app.templates),
        }

    # --- text ---------------------------------------------------------------

    def text(self) -> str:
        """Return the report for a terminal."""
        counts = ", ".join(counted(n, name[:-1]) for name, n in self.counts().items())
        lines = [f"Audit of {self.app.root.name}", counts]
        if not self.has_app:
            lines += ["", "No Flask app was found: no Flask object and no route."]
        else:
            lines += self._begin()
            lines += self._modules()
            lines += self._couplings()
            lines += self._order()
        lines += self._notes()
        return "\n".join(lines) + "\n"

    def _begin(self) -> Iterator[str]:
        yield from ("", "WHERE TO BEGIN")
        for number, step in enumerate(self.steps, 1):
            mark = ">" if step is self.next_step else " "
            start = f"{mark} {number}. {step.name:<24}"
            yield from _wrapped(step.left or "done", start, " " * len(start))

    def _modules(self) -> Iterator[str]:
        yield from ("", "PROPOSED MODULES")
        for feature in self.proposal.features:
            counts = [
                (len(feature.routes), "route"),
                (len(feature.templates), "template"),
            ]
            counts += [(len(feature.forms), "form")]
            counts += [(len(feature.code), "other definition")]
            described = [counted(number, noun) for number, noun in counts if number]
            yield f"  {feature.name}: {', '.join(described) or 'no code of its own'}"
            if feature.tables:
                names = ", ".join(table.title for table in feature.tables)
                yield from _wrapped(f"tables: {names}")
            if feature.name != SHARED:
                yield from _wrapped(f"why: {_reasons(feature)}")
            if feature.name in self.parts:
                yield f"      could be a part of {self.parts[feature.name]}"

    def _couplings(self) -> Iterator[str]:
        yield from ("", f"REFERENCES ACROSS MODULES ({len(self.couplings):,})")
        pairs: dict[tuple[str, str], list[Coupling]] = defaultdict(list)
        for each in self.couplings:
            pairs[each.source, each.target].append(each)
        shown = sorted(pairs, key=lambda pair: (-_cost(pairs[pair]), pair))[:PAIRS]
        for source, target in sorted(shown):
            group = pairs[source, target]
            yield f"  {source} -> {target}"
            for kind in COSTS:
                same = [each for each in group if each.kind == kind]
                if same:
                    yield from _wrapped(_places(kind, same))
        if len(pairs) > PAIRS:
            yield f"  and {len(pairs) - PAIRS} cheaper pairs of modules: see --json"
        seen = {each.kind for each in self.couplings if each.source != SHARED}
        if seen:
            yield from ("", "WHAT TO DO INSTEAD")
        for kind in COSTS:
            if kind in seen:
                first = next(
                    e for e in self.couplings if e.kind == kind and e.source != SHARED
                )
                yield from _wrapped(f"{kind}: {first.instead}", "  ")
        if any(each.source == SHARED for each in self.couplings):
            said = "; ".join(
                sorted({e.instead for e in self.couplings if e.source == SHARED})
            )
            yield from _wrapped(f"from shared: {said}", "  ")

    def _order(self) -> Iterator[str]:
        yield from ("", "ORDER (cheapest first; a coupling that was cut counts once)")
        for number, cut in enumerate(self.order, 1):
            kinds = ", ".join(
                counted(count, kind) for kind, count in cut.couplings.items()
            )
            text = (
                f"{number}. {cut.feature}: cost {cut.cost} ({kinds or 'no coupling'})"
            )
            yield from _wrapped(text, "  ")
        costs = ", ".join(f"{kind} {cost}" for kind, cost in COSTS.items())
        yield from _wrapped(f"Cost of a place: {costs}.", "  ")

    def _notes(self) -> Iterator[str]:
        yield from ("", "LIMITS")
        for note in self.notes[:NOTES]:
            yield from _wrapped(str(note), "  ")
        if len(self.notes) > NOTES:
            yield f"  and {len(self.notes) - NOTES} more: see --json"
        yield from _wrapped(LIMITS, "  ")

    # --- JSON ---------------------------------------------------------------

    def data(self) -> dict[str, object]:
        """Return the whole report as values for JSON."""
        return {
            "name": self.app.root.name,
            "flask_found": self.has_app,
            "counts": self.counts(),
            "next_step": self.next_step.name if self.next_step else None,
            "steps": [{"name": s.name, "left": s.left} for s in self.steps],
            "modules": [self._module(each) for each in self.proposal.features],
            "couplings": [
                {
                    "from": each.source,
                    "to": each.target,
                    "kind": each.kind,
                    "what": each.what,
                    "file": each.file,
                    "line": each.line,
                    "instead": each.instead,
                }
                for each in self.couplings
            ],
            "order": [
                {"module": c.feature, "cost": c.cost, "couplings": c.couplings}
                for c in self.order
            ],
            "notes": [
                {"file": note.file, "line": note.line, "text": note.text}
                for note in self.notes
            ],
        }

    def _module(self, feature: Feature) -> dict[str, object]:
        units = {*feature.code, *feature.forms, *(r.view for r in feature.routes)}
        settings = set().union(*(self.app.settings(unit) for unit in units))
        return {
            "name": feature.name,
            "could_be_part_of": self.parts.get(feature.name),
            "routes": [
                {
                    "url": route.url,
                    "endpoint": route.full_endpoint,
                    "view": route.view.name,
                    "file": route.file,
                    "line": route.line,
                    "understood": route.understood,
                    "tables": {
                        table.title: points
                        for table, points in sorted(
                            self.proposal.touched[route.view].items(),
                            key=lambda item: item[0].title,
                        )
                    },
                }
                for route in feature.routes
            ],
            "tables": [
                {"name": t.name, "model": t.model, "file": t.file, "line": t.line}
                for t in feature.tables
            ],
            "forms": [f"{unit.file}:{unit.name}" for unit in feature.forms],
            "code": [f"{unit.file}:{unit.name}" for unit in feature.code],
            "templates": [template.name for template in feature.templates],
            "settings": sorted(settings),
            "why": feature.why,
        }


def _partly(app: App) -> Iterable[Note]:
    for route in app.site.routes:
        if not route.understood:
            text = f"{route.view.short}: a library builds its URLs; partly understood"
            yield Note(route.file, route.line, text)


def _cost(group: list[Coupling]) -> int:
    return sum(COSTS[each.kind] for each in group)


def _reasons(feature: Feature) -> str:
    """Return why the routes and tables belong to a module, most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for route in feature.routes:
        counts[feature.why[f"{route.url} ({route.full_endpoint})"]] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    reasons = [f"{why} ({n})" if n > 1 else why for why, n in ordered[:3]]
    if len(ordered) > 3:
        reasons.append(f"{len(ordered) - 3} other reasons")
    reasons += [
        f"{table.title}: {feature.why[f'table {table.name}']}"
        for table in feature.tables[:3]
    ]
    return "; ".join(reasons)


def _places(kind: str, group: list[Coupling]) -> str:
    names: list[str] = []
    for each in group:
        if each.what not in names:
            names.append(each.what)
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    places = list(dict.fromkeys(f"{each.file}:{each.line}" for each in group))
    others = f" and {len(places) - PLACES} more" if len(places) > PLACES else ""
    if kind == "link":  # links may stay
        return counted(len(group), kind)
    title = counted(len(group), kind)
    shown = ", ".join(places[:PLACES])
    return f"{title}: {', '.join(names[:4])}{more} ({shown}{others})"


def _wrapped(text: str, first: str = "      ", indent: str = "") -> list[str]:
    """Return the lines of a text, indented by two more than the first one."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent or f"{first}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
