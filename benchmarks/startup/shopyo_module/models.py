"""The table that our scaffold writes, as Shopyo's own models are written."""

from datetime import datetime

import sqlalchemy as sa
from init import db
from shopyo.api.models import PkModel
from sqlalchemy.orm import Mapped, mapped_column


class Entry(PkModel):
    """A line of the list."""

    __tablename__ = "NAME_entry"

    text: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(default=datetime.now)


session = db.session
