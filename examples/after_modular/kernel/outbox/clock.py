"""The clock: leases and due times follow the database's, which all processes share."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from kernel.database import UTCDateTime


class from_now(FunctionElement[Any]):
    """The database's time plus a number of seconds, as an SQL expression."""

    name = "from_now"
    type = UTCDateTime()
    inherit_cache = True


@compiles(from_now, "sqlite")
def _sqlite(element: from_now, compiler: Any, **options: Any) -> str:
    # Milliseconds, written as SQLAlchemy writes the microseconds of other times.
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds} || ' seconds')"


@compiles(from_now, "postgresql")
def _postgresql(element: from_now, compiler: Any, **options: Any) -> str:
    # The start of the statement: of a function that changes within it, PostgreSQL
    # can't look up an index.
    seconds = compiler.process(element.clauses, **options)
    return f"(statement_timestamp() AT TIME ZONE 'UTC' + {seconds} * interval '1s')"
