"""How people are found by the start of their e-mail or name, by index."""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from .models import User

LAST_CHARACTER = "\U0010ffff"


def starts_with(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that the e-mail or the name starts so, in any case."""
    # No name holds a NUL, and PostgreSQL refuses to be asked for one.
    prefix = text.strip().replace("\0", "")
    return sa.or_(
        _in_range(User.email, prefix.lower()),
        _in_range(User.name_key, prefix.casefold()),
    )


def _in_range(
    column: InstrumentedAttribute[str], prefix: str
) -> sa.ColumnElement[bool]:
    # An index answers this on every database; LIKE it answers on some.
    return column.between(prefix, prefix + LAST_CHARACTER)
