"""The table."""

from init import db
from shopyo.api.models import PkModel


class Product(PkModel):
    """Something that is sold."""

    name = db.Column(db.String(100), nullable=False)
    price = db.Column(db.Integer, nullable=False)
