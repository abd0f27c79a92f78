"""A table of plain texts, for directives that show measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> nodes.table:
    """Return a table with a row of heads; the first column names its row."""
    first = nodes.colspec(colwidth=2, stub=1)
    columns = [first, *(nodes.colspec(colwidth=1) for _ in heads[1:])]
    head = nodes.thead("", _row(heads))
    body = nodes.tbody("", *map(_row, rows))
    group = nodes.tgroup("", *columns, head, body, cols=len(columns))
    return nodes.table("", group)


def _row(texts: Iterable[str]) -> nodes.row:
    return nodes.row(
        "", *(nodes.entry("", nodes.paragraph(text=text)) for text in texts)
    )
