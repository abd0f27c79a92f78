"""The tables that an SQL statement names."""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType
from sqlglot.tokens import Tokenizer

from .program import UNKNOWN

# It warns of statements that it does not know.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

NAMES = (TokenType.VAR, TokenType.IDENTIFIER)


@lru_cache(maxsize=4096)
def tables_of(statement: str, dialect: str | None = None) -> frozenset[str]:
    """Return the tables that a complete statement reads or writes, in lower case.

    A statement that can't be parsed yields every identifier in it.
    """
    try:
        trees = sqlglot.parse(_readable(statement), dialect=dialect)
    except SqlglotError:
        return identifiers(statement)
    found: set[str] = set()
    for tree in trees:
        if isinstance(tree, exp.Command):
            found |= identifiers(statement)
        elif tree is not None:
            found |= {table.name.lower() for table in tree.find_all(exp.Table)}
    return frozenset(found)


def is_statement(text: str) -> bool:
    """Say whether a text is a complete statement on a table."""
    first = text.lstrip("( \n\t").partition(" ")[0]
    if not (first.isupper() or first.islower()):
        return False  # a sentence
    try:
        trees = sqlglot.parse(_readable(text))
    except SqlglotError:
        return False
    return all(
        isinstance(
            tree, exp.Query | exp.DML | exp.DDL | exp.Drop | exp.Alter | exp.Merge
        )
        for tree in trees
    )


def identifiers(text: str) -> frozenset[str]:
    """Return the identifiers of a statement or a part of one, in lower case."""
    try:
        tokens = Tokenizer().tokenize(_readable(text))
    except SqlglotError:
        return frozenset()
    return frozenset(each.text.lower() for each in tokens if each.token_type in NAMES)


def named_in(text: str, tables: Collection[str]) -> set[str]:
    """Return which of the tables a part of a statement names."""
    whole = set(identifiers(text)) & set(tables)
    return whole & tables_of(text) if whole and is_statement(text) else whole


def _readable(text: str) -> str:
    # What is not known stands for some name; %(name)s and %s are parameters.
    return text.replace(UNKNOWN, "unknown_").replace("%s", ":p")
