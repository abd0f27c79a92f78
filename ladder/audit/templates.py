"""Find the templates of an app and what they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment, TemplateError, nodes

from .files import Codebase, Note

EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.i18n", "jinja2.ext.loopcontrols")


@dataclass(frozen=True)
class Mention:
    """A name in a template: another template, an endpoint, a path or an attribute."""

    kind: str
    text: str
    line: int


@dataclass(eq=False)
class Template:
    """A template, by the name that `render_template` knows."""

    name: str
    file: str
    mentions: list[Mention] = field(default_factory=list)


def find_templates(codebase: Codebase) -> dict[str, Template]:
    """Read the files below all ``templates`` folders, by their names.

    Of two files with one name, the first one counts, as it does for Flask.
    """
    environment = Environment(extensions=EXTENSIONS, autoescape=True)
    found: dict[str, Template] = {}
    twice: list[str] = []
    for source in codebase.markup:
        _, marker, name = f"/{source.file}".partition("/templates/")
        if name in found:
            twice.append(source.file)
        if not marker or name in found:
            continue
        template = found[name] = Template(name, source.file)
        try:
            tree = environment.parse(source.text)
            template.mentions = [*_names(tree), *_links(tree)]
        except TemplateError as error:
            line = getattr(error, "lineno", 0) or 0
            text = f"not parsed as a template: {error.message}"
            codebase.notes.append(Note(source.file, line, text))
        except RecursionError:
            codebase.notes.append(Note(source.file, 0, "not parsed: nested too deeply"))
    if twice:
        text = "not read, because another template has the same name"
        more = f" (and {len(twice) - 1} more)" if len(twice) > 1 else ""
        codebase.notes.append(Note(twice[0], 0, f"{text}{more}"))
    return found


def _names(tree: nodes.Template) -> Iterator[Mention]:
    files = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
    for node in tree.find_all(files):
        kind = type(node).__name__.lower().replace("fromimport", "import")
        name = getattr(node, "template", None)
        for each in name.items if isinstance(name, nodes.List) else [name]:
            if isinstance(each, nodes.Const) and isinstance(each.value, str):
                yield Mention(kind, each.value, node.lineno)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for":
            first = call.args[0] if call.args else None
            if isinstance(first, nodes.Const) and isinstance(first.value, str):
                yield Mention("endpoint", first.value, call.lineno)
    for attribute in tree.find_all(nodes.Getattr):
        if isinstance(attribute.node, nodes.Name):
            name = f"{attribute.node.name}.{attribute.attr}"
            yield Mention("attribute", name, attribute.lineno)


class _Paths(HTMLParser):
    """Collect the paths on this site that tags link to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Mention] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the paths of one tag."""
        for name, value in attrs:
            path = value or ""
            is_local = path.startswith("/") and not path.startswith("//")
            if name in {"href", "action", "formaction"} and is_local:
                self.found.append(Mention("path", path, self.getpos()[0]))


def _links(tree: nodes.Template) -> list[Mention]:
    """Return the paths in the template's own HTML; ``*`` stands for expressions."""
    text: list[str] = []
    lines = 1
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            part = node.data if isinstance(node, nodes.TemplateData) else "*"
            missing = max(0, node.lineno - lines)  # lines that only hold Jinja tags
            text += ["\n" * missing, part]
            lines += missing + part.count("\n")
    parser = _Paths()
    parser.feed("".join(text))
    return parser.found
