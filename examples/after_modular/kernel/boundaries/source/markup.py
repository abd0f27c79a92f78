"""URLs in HTML, JavaScript and CSS, found by parsers.

A URL is one that the browser opens on this site: a path in an attribute, a path that
a script fetches or goes to, a file that a style sheet loads. A path that is given to
the client of another API is not.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import tree_sitter_css
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

Url = tuple[int, str]

ATTRIBUTES = {
    *("href", "src", "action", "formaction", "poster", "data", "cite", "manifest"),
    *("background", "ping", "xlink:href", "data-url", "data-href", "data-src"),
    *("data-action", "up-href", "data-turbo-frame-src", "srcset"),
}
HTMX = re.compile(r"(data-)?hx-(get|post|put|patch|delete|push-url|replace-url)")
REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)

# Functions that open a URL, by their last name, and the place of the URL.
OPENERS = {
    "fetch": 0,
    "sendBeacon": 0,
    "Request": 0,
    "EventSource": 0,
    "WebSocket": 0,
    "Worker": 0,
    "SharedWorker": 0,
    "register": 0,
    "importScripts": 0,
    "import": 0,
    "Image": 0,
    "Audio": 0,
}
# Those that are methods of these objects alone.
METHODS = {
    "location": {"assign": 0, "replace": 0},
    "window": {"open": 0},
    "history": {"pushState": 2, "replaceState": 2},
    "htmx": {"ajax": 1},
    "Turbo": {"visit": 0},
    "axios": dict.fromkeys(
        ("get", "post", "put", "patch", "delete", "head", "request"), 0
    ),
    "$": dict.fromkeys(("get", "post", "ajax", "getJSON", "getScript", "load"), 0),
    "jQuery": dict.fromkeys(("get", "post", "ajax", "getJSON", "getScript"), 0),
}
PROPERTIES = {"href", "src", "action", "location", "formAction"}


class _Attributes(HTMLParser):
    """Collects the attributes and the inline scripts and styles of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: list[tuple[int, str, str, str]] = []
        self.inline: list[tuple[int, str, str]] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, _column = self.getpos()
        start = self.get_starttag_text() or ""
        for name, value in attrs:
            if value:
                above = start.partition(value.partition("\n")[0])[0].count("\n")
                self.attributes.append((line + above, tag, name, value))
        self._inside = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.inline.append((self.getpos()[0], self._inside, data))


def in_html(pieces: list[tuple[int, str]]) -> Iterator[Url]:
    """Yield the URLs of a page, which is given in pieces with their lines."""
    text = "".join(piece for _, piece in pieces)
    line_of = _lines(pieces, text)
    page = _Attributes()
    page.feed(text)
    page.close()
    for line, tag, name, value in page.attributes:
        for within, url in _in_attribute(tag, name, value):
            yield line_of(line + within - 1), url
    for line, tag, data in page.inline:
        for within, url in (in_css if tag == "style" else in_script)(data):
            yield line_of(line + within - 1), url


def _in_attribute(tag: str, name: str, value: str) -> Iterator[Url]:
    if name == "srcset":
        yield from ((1, each.split()[0]) for each in value.split(",") if each.strip())
    elif name in ATTRIBUTES or HTMX.fullmatch(name):
        if value.strip().lower().startswith("javascript:"):
            yield from in_script(value.strip()[len("javascript:") :])
        else:
            yield 1, value.strip()
    elif tag == "meta" and name == "content":
        yield from ((1, match[1]) for match in REFRESH.finditer(value))
    elif name == "style":
        yield from in_css(f"a{{{value}}}")
    elif name.startswith("on") or name.startswith(("x-", "@")):
        yield from in_script(value)
    elif name == "srcdoc":
        yield from in_html([(1, value)])


def _lines(pieces: list[tuple[int, str]], text: str):  # type: ignore[no-untyped-def]
    """Return a function from a line of the text to the line of the template."""
    starts, lines, at = [], [], 0
    for line, piece in pieces:
        starts.append(at)
        lines.append(line)
        at += len(piece)
    offsets = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def line_of(number: int) -> int:
        offset = offsets[min(number, len(offsets)) - 1]
        index = max(bisect(starts, offset) - 1, 0)
        if not starts:
            return number
        return lines[index] + text.count("\n", starts[index], offset)

    return line_of


def in_css(text: str) -> Iterator[Url]:
    """Yield the URLs of a style sheet."""
    for node in _walk(_parser("css").parse(text.encode()).root_node):
        line = node.start_point.row + 1
        if node.type == "call_expression" and _text(node).lower().startswith("url("):
            yield line, _text(node)[4:].rstrip(")").strip().strip("'\"")
        elif node.type == "import_statement":
            for child in node.children:
                if child.type == "string_value":
                    yield line, _text(child).strip("'\"")


def in_script(text: str) -> Iterator[Url]:
    """Yield the URLs that a script opens."""
    root = _parser("javascript").parse(text.encode()).root_node
    constants: dict[str, list[str]] = {}
    nodes = list(_walk(root))
    for node in nodes:
        if node.type == "variable_declarator":
            name, value = (node.child_by_field_name(f) for f in ("name", "value"))
            if name and value:
                constants.setdefault(_text(name), []).extend(_strings(value, constants))
                for pair in value.named_children if value.type == "object" else ():
                    key, inner = (pair.child_by_field_name(f) for f in ("key", "value"))
                    if key and inner:
                        member = f"{_text(name)}.{_text(key)}"
                        constants[member] = _strings(inner, constants)
    _bind_arguments(nodes, constants)
    for node in nodes:
        for url in _opened(node, constants):
            yield node.start_point.row + 1, url


def _bind_arguments(nodes: list[Node], constants: dict[str, list[str]]) -> None:
    """Add what the calls of the script's functions give for their parameters."""
    functions: dict[str, list[str]] = {}
    for node in nodes:
        name, function = node.child_by_field_name("name"), node
        if node.type == "variable_declarator":
            function = node.child_by_field_name("value") or node
        parameters = function.child_by_field_name("parameters")
        if name and parameters:
            functions[_text(name)] = [_text(each) for each in parameters.named_children]
    listed = [each for names in functions.values() for each in names]
    for node in nodes:
        called = node.child_by_field_name("function")
        given = node.child_by_field_name("arguments")
        if node.type == "call_expression" and called and given:
            names = functions.get(_text(called), [])
            for parameter, value in zip(names, given.named_children, strict=False):
                if listed.count(parameter) == 1:
                    found = _strings(value, constants)
                    constants.setdefault(parameter, []).extend(found)


def _opened(node: Node, constants: dict[str, list[str]]) -> Iterator[str]:
    """Yield the URLs that a call or an assignment opens."""
    if node.type in ("call_expression", "new_expression"):
        function = node.child_by_field_name(
            "function" if node.type[0] == "c" else "constructor"
        )
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        position = _position(_text(function), arguments)
        given = arguments.named_children
        if position is not None and position < len(given):
            yield from _strings(given[position], constants)
    elif node.type == "assignment_expression":
        left, right = (node.child_by_field_name(f) for f in ("left", "right"))
        last = _text(left).rpartition(".")[2] if left else ""
        if right and last in PROPERTIES:
            yield from _strings(right, constants)
        elif right and last in ("innerHTML", "outerHTML"):
            for html in _strings(right, constants):
                yield from (url for _, url in in_html([(1, html)]))
    elif source := node.child_by_field_name("source"):
        yield from _strings(source, constants)


def _position(function: str, arguments: Node) -> int | None:
    """Return which argument of a function is the URL that it opens."""
    base, _, name = function.replace("?.", ".").rpartition(".")
    owner = base.rpartition(".")[2]
    if name in METHODS.get(owner, ()):
        return METHODS[owner][name]
    if name == "open" and len(arguments.named_children) > 1:
        first = _text(arguments.named_children[0]).strip("'\"").upper()
        return 1 if first in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD") else None
    if name == "setAttribute" and arguments.named_children:
        attribute = _text(arguments.named_children[0]).strip("'\"")
        return 1 if attribute in ATTRIBUTES else None
    if name in ("axios", "$fetch") and not base:
        return 0
    if name == "URL" and len(arguments.named_children) > 1:
        return 0 if "location" in _text(arguments.named_children[1]) else None
    if base in (
        "",
        "window",
        "self",
        "globalThis",
        "navigator",
        "navigator.serviceWorker",
    ):
        return OPENERS.get(name)
    return None


def _strings(node: Node, constants: dict[str, list[str]]) -> list[str]:
    """Return the strings that an expression may be."""
    match node.type:
        case "string":
            return ["".join(_text(c) for c in node.named_children)]
        case "template_string":
            parts = [
                "\0" if c.type == "template_substitution" else _text(c)
                for c in node.named_children
            ]
            if (
                node.named_children
                and node.named_children[0].type == "template_substitution"
            ):
                inner = node.named_children[0].named_children
                starts = _strings(inner[0], constants) if inner else []
                return [start + "".join(parts[1:]) for start in starts]
            return ["".join(parts)]
        case "binary_expression":
            left, right = node.named_children[0], node.named_children[-1]
            ends = _strings(right, constants) or ["\0"]
            operator = node.child_by_field_name("operator")
            if operator and _text(operator) in ("||", "??", "&&"):
                return _strings(left, constants) + _strings(right, constants)
            return [a + b for a in _strings(left, constants) for b in ends]
        case "identifier" | "member_expression":
            return constants.get(_text(node), [])
        case "ternary_expression":
            return [s for c in node.named_children[1:] for s in _strings(c, constants)]
        case "parenthesized_expression":
            return [s for c in node.named_children for s in _strings(c, constants)]
        case "object":
            return [
                s
                for pair in node.named_children
                if pair.type == "pair"
                and _text(pair.child_by_field_name("key")) in ("url", "path", "URL")  # type: ignore[arg-type]
                and (value := pair.child_by_field_name("value"))
                for s in _strings(value, constants)
            ]
        case "new_expression" | "call_expression":
            arguments = node.child_by_field_name("arguments")
            name = _text(node).partition("(")[0].split()[-1]
            function = node.child_by_field_name("function")
            if function and arguments and _text(function).endswith("].join"):
                return _joined(function, arguments, constants)
            if arguments and name in ("URL", "Request", "String", "encodeURI"):
                return (
                    _strings(arguments.named_children[0], constants)
                    if arguments.named_children
                    else []
                )
    return []


def _joined(
    function: Node, arguments: Node, constants: dict[str, list[str]]
) -> list[str]:
    """Return what ``[...].join(separator)`` is."""
    array = function.child_by_field_name("object")
    given = arguments.named_children
    separator = (_strings(given[0], constants) if given else []) or [","]
    parts = [
        (_strings(each, constants) or ["\0"])[0]
        for each in (array.named_children if array else ())
    ]
    return [separator[0].join(parts)]


@cache
def _parser(language: str) -> Parser:
    grammar = tree_sitter_css if language == "css" else tree_sitter_javascript
    return Parser(Language(grammar.language()))


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
